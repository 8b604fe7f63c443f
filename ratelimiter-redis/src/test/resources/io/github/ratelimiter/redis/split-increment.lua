-- The other half: takes the permit that was left when the first half looked.
-- KEYS[1] a counter
return redis.call('INCR', KEYS[1])
