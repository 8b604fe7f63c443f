-- Stores a user, or changes him, in one atomic step.
--
-- KEYS[1]  the user, a hash
-- ARGV[1]  the version that he must have: 0 if he must not be there, an empty text for any, 'new' to store
--          him only if he is not there
-- ARGV[2]  the time, in microseconds since 1970
-- ARGV[3]  and so on: names and values of his fields
-- returns  1 and all fields, or 0 and the version that he has
-- stored   created_at and updated_at in microseconds since 1970, version, and the fields
-- expires  never

local key = KEYS[1]
local version = tonumber(redis.call('HGET', key, 'version') or '0')
local now = tonumber(ARGV[2])

if ARGV[1] == 'new' then
  if version > 0 then
    return { 1, redis.call('HGETALL', key) }
  end
elseif ARGV[1] ~= '' and tonumber(ARGV[1]) ~= version then
  return { 0, string.format('%.0f', version) }
end

local created = redis.call('HGET', key, 'created_at') or ARGV[2]
redis.call('DEL', key)
redis.call('HSET', key, 'created_at', created, 'updated_at', ARGV[2],
  'version', string.format('%.0f', math.max(version + 1, now)))
for i = 3, #ARGV, 2 do
  redis.call('HSET', key, ARGV[i], ARGV[i + 1])
end
return { 1, redis.call('HGETALL', key) }
