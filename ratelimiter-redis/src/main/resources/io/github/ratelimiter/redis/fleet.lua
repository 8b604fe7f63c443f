
-- Records that an instance of an application is alive, and tells which are.
--
-- KEYS[1]  a hash of the instances' names and the instants at which they were last heard of
-- ARGV[1]  the name of the instance that calls
-- ARGV[2]  after how long a silence an instance is dropped, in microseconds
-- ARGV[3]  1 if it stays, 0 if it leaves
-- returns  the names of those that are alive, this one among them if it stays
-- stored   instants in microseconds, by the server's clock
-- expires  when nobody has called for as long as that silence

local key, self, silence = KEYS[1], ARGV[1], tonumber(ARGV[2])
local known, alive = redis.call('HGETALL', key), {}
for i = 1, #known, 2 do
  local name, heard = known[i], tonumber(known[i + 1])
  if name ~= self then
    if not heard or now - heard >= silence then
      redis.call('HDEL', key, name)
    else
      alive[#alive + 1] = name
      if heard > now then
        -- The clock was set back: without this the dead would stay until it is where it was.
        redis.call('HSET', key, name, now)
      end
    end
  end
end
if ARGV[3] == '1' then
  alive[#alive + 1] = self
  redis.call('HSET', key, self, now)
  redis.call('PEXPIRE', key, math.ceil(silence / 1000))
else
  redis.call('HDEL', key, self)
end
return alive
