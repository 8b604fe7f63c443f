-- Sliding window counter. Words: start of the current window, the permits granted in the previous and
-- in the current. Variants as of the fixed window. The time elapsed is counted in the limit's unit,
-- and what is used is multiplied out by the period: nothing is divided before it is compared.

local function slidingWindow()
  -- The words as they are at an instant. Where nothing counts any more, another window begins, never
  -- before an earlier one.
  local function rolled(s, instant)
    local limit = s.limit
    local since = instant < s.start and 0 or floored(instant - s.start, limit.period)
    if since == 0 and (s.previous > 0 or s.current > 0) then
      return s.start, s.previous, s.current
    elseif since == 1 and s.current > 0 then
      return s.start + limit.period, s.current, 0
    end
    return math.max(s.start, windowAt(limit, instant)), 0, 0
  end

  local function units(limit)
    return limit.period / limit.unit
  end

  -- The most permits that one window can count.
  local function mostUsed(limit)
    return floored(floored(MAX, 2), units(limit))
  end

  -- What counts as used, times the period.
  local function weighed(s, instant)
    local start, previous, current = rolled(s, instant)
    local elapsed = floored(math.max(instant - start, 0), s.limit.unit)
    return previous * (units(s.limit) - elapsed) + current * units(s.limit)
  end

  local function fresh(s)
    s.start, s.previous, s.current = 0, 0, 0
  end

  local function load(s, text, at)
    s.start, s.previous, s.current, at = read('<I7I6I6', text, at)
    return at
  end

  local function save(s)
    return write('<I7I6I6', s.start, s.previous, s.current)
  end

  local function report(s, out, n)
    out[n + 1], out[n + 2], out[n + 3] = s.start, s.previous, s.current
    return n + 3
  end

  local function used(s, instant)
    return ceiled(weighed(s, instant), units(s.limit))
  end

  local function available(s)
    local free = s.limit.capacity * units(s.limit) - weighed(s, now)
    return free <= 0 and 0 or floored(free, units(s.limit))
  end

  local function resetAfter(s)
    local start, previous, current = rolled(s, now)
    if current > 0 then
      return start + 2 * s.limit.period - now
    end
    return previous > 0 and start + s.limit.period - now or 0
  end

  local function roll(s)
    s.start, s.previous, s.current = rolled(s, now)
  end

  local function take(s, permits)
    roll(s)
    s.current = math.min(s.current + permits, mostUsed(s.limit))
  end

  -- The functions that only some operations need, and states of several versions. Made when they are first needed.
  local function complete(algorithm)
    local function leaseEnd(s, finish)
      local start = rolled(s, now)
      return math.min(finish, start + s.limit.period)
    end

    local function charge(s, permits, _, lastUse, _, debt)
      local limit, inUse = s.limit, used(s, now)
      roll(s)
      if lastUse >= s.start + limit.period or inUse == 0 then
        s.start = math.max(s.start, windowAt(limit, lastUse))
        s.previous, s.current = 0, math.min(inUse, mostUsed(limit))
      end
      -- The previous window still decays. A charge that is cut now would be missing then.
      local counted = math.min(permits, math.max(limit.capacity + debt - s.current, 0))
      s.current = s.current + counted
      return permits - counted
    end

    -- The current window gives first.
    local function giveBack(s, permits)
      roll(s)
      local fromCurrent = math.min(permits, s.current)
      s.current = s.current - fromCurrent
      s.previous = math.max(s.previous - (permits - fromCurrent), 0)
    end

    -- Takes permits back from the window in which they were granted.
    local function release(s, permits, grant)
      roll(s)
      if grant.usedAt >= s.start then
        s.current = math.max(s.current - permits, 0)
      elseif grant.usedAt >= s.start - s.limit.period then
        s.previous = math.max(s.previous - permits, 0)
      end
    end

    local function startWith(s, permits, _, later)
      s.start, s.previous, s.current = windowAt(s.limit, later), 0, math.min(permits, s.limit.capacity)
    end

    local function copy(s, other)
      local limit = s.limit
      local start, previous, current = rolled(other, now)
      local elapsed = floored(math.max(now - start, 0), limit.unit)
      s.start, s.current = start, math.min(current, limit.capacity)
      local most = floored((limit.capacity - s.current) * units(limit), units(limit) - elapsed)
      s.previous = math.min(previous, most)
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
    fresh = fresh,
    load = load,
    save = save,
    report = report,
    used = used,
    available = available,
    resetAfter = resetAfter,
    take = take,
    complete = complete,
  }
end

