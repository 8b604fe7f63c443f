
-- Sliding window log: a record for each instant at which permits were granted, of the instant and the
-- running total after it, counted round a circle of 2^48. The total that no longer counts is base.
--
-- The newest record is part of the state. The older ones are in a key of their own, a ring of records
-- of 13 bytes, written once and in place; expired ones are dropped by moving the head. The ring is
-- copied only to grow, by an eighth, or to shrink to what it holds. Its expiry follows the state's.
--
-- Words: base, last and total (the newest record), head, count and capacity (the ring, in records).
-- Where base equals total, there are no records.

local function slidingLog()
  local CIRCLE = 281474976710656
  local RECORD = 13

  local function empty(s)
    return s.base == s.total
  end

  local function clear(s)
    s.base, s.last, s.total, s.head, s.count, s.capacity = 0, 0, 0, 0, 0, 0
    s.live = nil
  end

  -- A record, the oldest being 0 and the newest s.count. One that was evicted counts for nothing, but
  -- its permits stay used until the newest expires.
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

  local function alive(instant, _, period)
    return instant + period > now
  end

  local function since(instant, _, earliest)
    return instant >= earliest
  end

  local function beyond(_, total, from, permits)
    return (total - from) % CIRCLE > permits
  end

  -- The first record, from low on, that passes a test which all after it pass too, or the newest; and
  -- the total of the one before it, if that was read. What is looked for is mostly near the oldest: the
  -- steps towards it double, and what lies between the last two is halved.
  local function first(s, low, test, a, b)
    local high, step, before = s.count, 1, nil
    local probe = low
    while low < high do
      local instant, total = record(s, probe)
      if test(instant, total, a, b) then
        high, step = probe, nil
      else
        low, before = probe + 1, total
      end
      if step and low + step < high then
        probe, step = low + step, step * 2
      else
        probe, step = floored(low + high, 2), nil
      end
    end
    return low, before
  end

  -- The first record that counts, and the total before it. Not asked of an empty log.
  local function live(s)
    if not s.live then
      if alive(s.last, s.total, s.limit.period) then
        s.live, s.from = first(s, 0, alive, s.limit.period)
        s.from = s.from or s.base
      else
        s.live, s.from = s.count + 1, s.total
      end
    end
    return s.live, s.from
  end

  local function drop(s, records)
    if records > s.count then
      clear(s)
    else
      s.head = s.capacity > 0 and (s.head + records) % s.capacity or 0
      s.count = s.count - records
      s.live = nil
    end
  end

  -- Drops the records that no longer count, and what they counted.
  local function forget(s)
    if not empty(s) then
      local records, from = live(s)
      s.base = from
      drop(s, records)
    end
  end

  local function range(s, from, to)
    return redis.call('GETRANGE', s.ring, from * RECORD, to * RECORD - 1)
  end

  -- Gives the ring room for one record more, and a little.
  local function resize(s)
    local text = ''
    if s.count > 0 then
      local turn = s.head + s.count - s.capacity
      text = turn <= 0 and range(s, s.head, s.head + s.count)
        or range(s, s.head, s.capacity) .. range(s, 0, turn)
    end
    s.head, s.capacity = 0, s.count + math.max(4, floored(s.count, 8))
    redis.call('SET', s.ring, text .. string.rep('\0', s.capacity * RECORD - #text))
    s.rings[s.ring] = true
  end

  local function put(s, i, instant, total)
    local slot = (s.head + i) % s.capacity * RECORD
    redis.call('SETRANGE', s.ring, slot, write('<I7I6', instant, total))
  end

  local function append(s, instant, permits)
    forget(s)
    local total = ((empty(s) and s.base or s.total) + permits) % CIRCLE
    s.live = nil
    if empty(s) or instant > s.last then
      if not empty(s) then
        if s.count == s.capacity or (s.capacity > 32 and s.count * 4 < s.capacity) then
          resize(s)
        end
        put(s, s.count, s.last, s.total)
        s.count = s.count + 1
      end
      s.last = instant
    end
    s.total = total
  end

  local function load(s, text, at)
    s.base, s.last, s.total, s.head, s.count, s.capacity, at = read('<I6I7I6I4I4I4', text, at)
    if s.capacity > 0 then
      s.rings[s.ring] = true
    end
    return at
  end

  local function save(s)
    return write('<I6I7I6I4I4I4', s.base, s.last, s.total, s.head, s.count, s.capacity)
  end

  local function used(s)
    if empty(s) then
      return 0
    end
    local _, from = live(s)
    return (s.total - from) % CIRCLE
  end

  -- Of a log the reply tells what is used, the newest instant, and the one whose permits must expire
  -- before this many are free: all that its decision depends on.
  local function show(s, out, n, permits)
    local used, needed = used(s), s.last
    local excess = used - (s.limit.capacity - permits)
    if excess > 0 and permits <= s.limit.capacity then
      local low, from = live(s)
      needed = record(s, (first(s, low, beyond, from, excess - 1)))
    end
    out[n + 1], out[n + 2], out[n + 3] = used, s.last, needed
    return n + 3
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s), 0)
  end

  local function leaseEnd(_, finish)
    return finish
  end

  local function resetAfter(s)
    return empty(s) and 0 or math.max(s.last + s.limit.period - now, 0)
  end

  local function take(s, permits, usedAt)
    append(s, usedAt, permits)
  end

  local function charge(s, permits)
    if permits > 0 then
      append(s, now, math.min(permits, 1000000000000))
    end
  end

  -- Takes back the oldest.
  local function giveBack(s, permits)
    forget(s)
    if permits >= used(s) then
      clear(s)
    else
      local from = s.base
      local records = first(s, 0, beyond, from, permits)
      s.base = (from + permits) % CIRCLE
      drop(s, records)
    end
  end

  -- Takes back the earliest dated at the end of their lease or after it. The newest of what remains moves
  -- into the state.
  local function giveBackLeased(s, permits, usedAt)
    forget(s)
    if empty(s) or s.last < usedAt then
      return
    end
    local kept = first(s, 0, since, usedAt)
    local before = s.base
    if kept > 0 then
      local _, total = record(s, kept - 1)
      before = total
    end
    local last, newest
    for i = kept, s.count do
      local instant, total = record(s, i)
      if (total - before) % CIRCLE > permits then
        if last then
          put(s, kept - 1, last, newest)
        end
        last, newest, kept = instant, (total - permits) % CIRCLE, kept + 1
      end
    end
    if kept == 0 then
      clear(s)
      return
    end
    if not last then
      last, newest = record(s, kept - 1)
    end
    s.last, s.total, s.count, s.live = last, newest, kept - 1, nil
  end

  -- What counted under the old period counts under the new one.
  local function carryOver(s, old)
    s.base, s.last, s.total = old.base, old.last, old.total
    s.head, s.count, s.capacity = old.head, old.count, old.capacity
    if not empty(old) then
      local records, from = live(old)
      s.base = from
      drop(s, records)
    end
  end

  return {
    load = load,
    save = save,
    used = used,
    show = show,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    take = take,
    charge = charge,
    giveBack = giveBack,
    giveBackLeased = giveBackLeased,
    carryOver = carryOver,
    fresh = clear,
  }
end
