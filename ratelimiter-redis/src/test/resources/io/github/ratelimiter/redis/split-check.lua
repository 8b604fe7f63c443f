-- Half of a limiter that is split in two calls, to show what goes wrong: whether a permit is left.
-- KEYS[1] a counter; ARGV[1] the limit
return tonumber(redis.call('GET', KEYS[1]) or 0) < tonumber(ARGV[1]) and 1 or 0
