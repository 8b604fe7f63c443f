-- The clock: the server's own, read once a call. Tests put another file in this one's place.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
