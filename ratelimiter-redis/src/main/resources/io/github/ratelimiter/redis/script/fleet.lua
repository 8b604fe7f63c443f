-- Records that an instance of an application is alive, and tells which are.
--
-- KEYS[1]  a hash of the instances' names and the instants at which they were last heard of
-- ARGV[1]  the name of the instance that calls
-- ARGV[2]  after how long a silence an instance is dropped, in microseconds
-- ARGV[3]  1 if it stays, 0 if it leaves
-- ARGV[4]  how often an instance calls, in microseconds
-- returns  the names of those that are alive, this one among them if it stays
-- stored   instants in microseconds, by the server's clock
-- expires  when nobody has called for an hour, if instances call every second

--include clock.lua

local key, self, silence, beat = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[4])
local known, alive, latest = redis.call('HGETALL', key), {}, nil
for i = 2, #known, 2 do
  local heard = tonumber(known[i])
  if heard and (not latest or heard > latest) then
    latest = heard
  end
end
-- If nobody was heard for longer than a heartbeat, the server was not there to hear: it was stopped,
-- or could not be reached, or its clock was set forward. The excess is counted against nobody.
local unheard = math.max(latest and now - latest - beat or 0, 0)
for i = 1, #known, 2 do
  local name, heard = known[i], tonumber(known[i + 1])
  if name ~= self then
    if not heard or now - heard - unheard >= silence then
      redis.call('HDEL', key, name)
    else
      alive[#alive + 1] = name
      -- If the clock was set back, the dead would otherwise stay until it is where it was.
      local counted = math.min(heard + unheard, now)
      if counted ~= heard then
        redis.call('HSET', key, name, string.format('%.0f', counted))
      end
    end
  end
end
if ARGV[3] == '1' then
  alive[#alive + 1] = self
  redis.call('HSET', key, self, string.format('%.0f', now))
  -- Longer than an outage: the list of those that were there before it is needed when it ends.
  redis.call('PEXPIRE', key, math.ceil(silence / 1000) * 720)
else
  redis.call('HDEL', key, self)
end
return alive
