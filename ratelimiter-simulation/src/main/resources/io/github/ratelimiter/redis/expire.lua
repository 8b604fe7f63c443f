-- Deletes what would be gone by an instant.
-- ARGV[1] the instant, in milliseconds
local gone = redis.call('HGETALL', 'gone')
for i = 1, #gone, 2 do
  if tonumber(gone[i + 1]) <= tonumber(ARGV[1]) then
    redis.call('DEL', gone[i])
    redis.call('HDEL', 'gone', gone[i])
  end
end
