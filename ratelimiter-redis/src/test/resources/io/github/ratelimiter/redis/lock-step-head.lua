-- Goes before the decision script, in the place of its clock, to take many steps in one call, each
-- at a given instant: the script becomes a function. What it writes with an expiry it keeps without
-- one, and when it would be gone is noted: the instants given are not the server's.

local gone = {}

local given = {}
function given.call(command, key, ...)
  if command == 'SET' then
    local value, option, at = ...
    if option ~= 'KEEPTTL' then
      gone[key] = at and tonumber(at)
    end
    return redis.call('SET', key, value)
  elseif command == 'PEXPIREAT' then
    if redis.call('EXISTS', key) == 1 then
      gone[key] = tonumber((...))
    end
    return 1
  elseif command == 'DEL' or command == 'UNLINK' then
    gone[key] = nil
  end
  return redis.call(command, key, ...)
end

local function script(KEYS, ARGV, now, redis)
