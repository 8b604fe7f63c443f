-- The older records of a sliding window log: a ring in a key of its own, of records of 13 bytes, written once
-- and in place. It is copied only to grow, by an eighth, or to shrink to what it holds.
--
-- head, count and capacity, in records, say what part of the ring is in use.

local RECORD = 13

-- Returns a record, from 0, the oldest, to s.count, the newest. One that the server has evicted counts for
-- nothing, but its permits stay used until the newest expires.
local function record(s, i)
  if i == s.count then
    return s.last, s.total
  end
  local from = (s.head + i) % s.capacity * RECORD
  local text = redis.call('GETRANGE', s.ring, from, from + RECORD - 1)
  local instant, total = 0, 0
  if #text == RECORD then
    instant, total = read('<I7I6', text)
  end
  if instant == 0 and total == 0 then
    return 0, s.base
  end
  return instant, total
end

local function range(s, from, to)
  return redis.call('GETRANGE', s.ring, from * RECORD, to * RECORD - 1)
end

-- Returns the older records, in their order.
local function older(s)
  if s.count == 0 then
    return ''
  end
  local turn = s.head + s.count - s.capacity
  return turn <= 0 and range(s, s.head, s.head + s.count)
    or range(s, s.head, s.capacity) .. range(s, 0, turn)
end

local function setRing(s, text)
  redis.call('SET', s.ring, text .. string.rep('\0', s.capacity * RECORD - #text))
  s.rings[s.ring] = true
end

-- Makes room for one record more, and for some after it.
local function resize(s)
  local text = older(s)
  s.head, s.capacity = 0, s.count + math.max(4, floored(s.count, 8))
  setRing(s, text)
end

-- A copy reads the ring of the log that it was copied from until it is kept.
local function settle(s)
  if s.copied then
    local text = older(s)
    s.copied, s.ring, s.head, s.capacity = nil, s.own, 0, s.count
    if s.count > 0 then
      setRing(s, text)
    end
  end
end

local function put(s, i, instant, total)
  local slot = (s.head + i) % s.capacity * RECORD
  redis.call('SETRANGE', s.ring, slot, write('<I7I6', instant, total))
end
