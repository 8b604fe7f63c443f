-- In the place of the decision script's clock: the last argument is the instant. What is written with
-- an expiry is kept without one, as the instants given are not the server's; when it would be gone is
-- noted in a hash, in milliseconds.
local server = redis
local redis = {}
function redis.call(command, key, ...)
  if command == 'SET' then
    local value, option, at = ...
    if option ~= 'KEEPTTL' then
      server.call('HSET', 'gone', key, at or '9007199254740991')
    end
    return server.call('SET', key, value)
  elseif command == 'PEXPIREAT' then
    server.call('HSET', 'gone', key, (...))
    return 1
  end
  return server.call(command, key, ...)
end
local now = tonumber(ARGV[#ARGV])

-- Every key goes as early as it may, in the millisecond in which it is full again: what is kept longer than
-- that could only refuse more.
local library = math
local math = { max = library.max, min = library.min }
function math.frexp()
  return 0.5, 1
end
