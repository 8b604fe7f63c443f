-- Sliding window log: a record for each instant at which permits were granted. A record is the instant and
-- the running total after it, which counts round a circle of 2^48. The total that no longer counts is base.
--
-- The newest record is part of the state. The older ones are in a ring, see log-ring.lua; expired ones are
-- dropped by moving its head.
--
-- Words: base, last and total (the newest record), head, count and capacity (the ring, in records), and the
-- number of the ring among those of the key. Where base equals total, there are no records.

local function slidingLog()
  local CIRCLE = 281474976710656

  local function empty(s)
    return s.base == s.total
  end

  local function clear(s)
    s.base, s.last, s.total, s.head, s.count, s.capacity = 0, 0, 0, 0, 0, 0
    s.live = nil
  end

  --include log-ring.lua

  local function alive(instant, _, period, at)
    return instant + period > at
  end

  local function since(instant, _, earliest)
    return instant >= earliest
  end

  local function beyond(_, total, from, permits)
    return (total - from) % CIRCLE > permits
  end

  -- Returns the first record, from low on, that passes a test, or the newest; and the total of the record
  -- before it, if that was read. All records after one that passes pass as well. The record is mostly near
  -- the oldest: the steps towards it double, and the range between the last two is halved.
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

  -- Returns the first record that counts, and the total before it. Requires a log that is not empty.
  local function live(s)
    if not s.live then
      if alive(s.last, s.total, s.limit.period, now) then
        s.live, s.from = first(s, 0, alive, s.limit.period, now)
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

  local function append(s, instant, permits)
    settle(s)
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
    local number
    s.base, s.last, s.total, s.head, s.count, s.capacity, number, at = read('<I6I7I6I4I4I4B', text, at)
    s.number, s.ring = number, s.key .. ':log' .. number
    if s.capacity > 0 then
      s.rings[s.ring] = true
    end
    return at
  end

  local function save(s)
    return write('<I6I7I6I4I4I4B', s.base, s.last, s.total, s.head, s.count, s.capacity, s.number)
  end

  local function used(s, instant)
    if empty(s) or not alive(s.last, s.total, s.limit.period, instant) then
      return 0
    end
    local _, from
    if instant == now then
      _, from = live(s)
    else
      _, from = first(s, 0, alive, s.limit.period, instant)
      from = from or s.base
    end
    return (s.total - from) % CIRCLE
  end

  -- A decision depends on three numbers: what is used, the newest instant, and the instant at which the last
  -- permits that must expire were granted, for this many to be free.
  local function report(s, out, n, permits)
    local inUse, needed = used(s, now), s.last
    local excess = inUse - (s.limit.capacity - permits)
    if excess > 0 and permits <= s.limit.capacity then
      local low, from = live(s)
      needed = record(s, (first(s, low, beyond, from, excess - 1)))
    end
    out[n + 1], out[n + 2], out[n + 3] = inUse, s.last, needed
    return n + 3
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s, now), 0)
  end

  local function resetAfter(s)
    return empty(s) and 0 or math.max(s.last + s.limit.period - now, 0)
  end

  local function take(s, permits, usedAt)
    append(s, usedAt, permits)
  end

  -- The functions that only some operations need, and states of several versions. Made when they are first needed.
  local function complete(algorithm)
    local function leaseEnd(_, finish)
      return finish
    end

    -- Drops the oldest permits in excess of a number; returns how many it dropped.
    local function keepNewest(s, most)
      local excess = (s.total - s.base) % CIRCLE - most
      if empty(s) or excess <= 0 then
        return 0
      end
      if most == 0 then
        clear(s)
        return excess
      end
      local records = first(s, 0, beyond, s.base, excess)
      s.base = (s.base + excess) % CIRCLE
      drop(s, records)
      return excess
    end

    local function charge(s, permits, usedAt, _, _, debt)
      if s.limit.capacity == 0 then
        return permits
      end
      local most = math.max(s.limit.capacity + debt, used(s, now))
      local appended = math.min(permits, most)
      append(s, usedAt, appended)
      return permits - appended + keepNewest(s, most)
    end

    -- Returns the oldest permits.
    local function giveBack(s, permits)
      settle(s)
      forget(s)
      if permits >= used(s, now) then
        clear(s)
      else
        local from = s.base
        local records = first(s, 0, beyond, from, permits)
        s.base = (from + permits) % CIRCLE
        drop(s, records)
      end
    end

    -- Returns the earliest permits dated at or after the instant at which the grant counts as used. The
    -- newest record that remains moves into the state. The log no longer contains a grant that is older than
    -- the period.
    local function release(s, permits, grant)
      local usedAt = grant.usedAt
      if usedAt <= now - s.limit.period then
        return
      end
      settle(s)
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

    local function startWith(s, permits, _, later)
      clear(s)
      local records = math.min(permits, s.limit.capacity)
      if records > 0 then
        append(s, later, records)
      end
    end

    local function copy(s, other)
      s.base, s.last, s.total = other.base, other.last, other.total
      s.head, s.count, s.capacity = other.head, other.count, other.capacity
      s.live = nil
      s.copied, s.own, s.ring = true, s.ring, other.ring
      forget(s)
      keepNewest(s, s.limit.capacity)
    end

    local function exceeds(s, other)
      local mine, theirs = used(s, now), used(other, now)
      return mine > theirs or (mine == theirs and resetAfter(s) > resetAfter(other))
    end

    algorithm.leaseEnd = leaseEnd
    algorithm.charge = charge
    algorithm.giveBack = giveBack
    algorithm.release = release
    algorithm.startWith = startWith
    algorithm.copy = copy
    algorithm.exceeds = exceeds
  end

  return {
    load = load,
    save = save,
    used = used,
    report = report,
    available = available,
    resetAfter = resetAfter,
    take = take,
    settle = settle,
    fresh = clear,
    complete = complete,
  }
end
