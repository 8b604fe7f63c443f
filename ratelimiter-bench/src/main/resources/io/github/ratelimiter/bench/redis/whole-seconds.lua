-- A token bucket like that of Spring Cloud Gateway, with time in whole seconds and two keys.
--
-- KEYS     tokens, time of the last request
-- ARGV     tokens per second, capacity, requested tokens
-- returns  1 if allowed, else 0; the tokens left

local rate, capacity, requested = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local now = tonumber(redis.call('TIME')[1])
local tokens = tonumber(redis.call('GET', KEYS[1]) or capacity)
local last = tonumber(redis.call('GET', KEYS[2]) or 0)

tokens = math.min(capacity, tokens + math.max(0, now - last) * rate)
local allowed = requested <= tokens
if allowed then
  tokens = tokens - requested
end

local seconds = math.max(1, math.floor(2 * capacity / rate))
redis.call('SETEX', KEYS[1], string.format('%.0f', seconds), tokens)
redis.call('SETEX', KEYS[2], string.format('%.0f', seconds), now)
return { allowed and 1 or 0, math.floor(tokens) }
