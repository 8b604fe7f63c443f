
-- Sliding window counter. Words: start of the current window, the permits granted in the previous and
-- in the current. Variants as of the fixed window. The time elapsed is counted in the limit's unit,
-- and what is used is multiplied out by the period: nothing is divided before it is compared.

local function slidingCounter()
  -- The words as they are now. Where nothing counts any more, another window begins, never before an
  -- earlier one.
  local function rolled(s)
    local limit = s.limit
    local since = now < s.start and 0 or floored(now - s.start, limit.period)
    if since == 0 and (s.previous > 0 or s.current > 0) then
      return s.start, s.previous, s.current
    elseif since == 1 and s.current > 0 then
      return s.start + limit.period, s.current, 0
    end
    return math.max(s.start, windowAt(limit)), 0, 0
  end

  local function units(limit)
    return limit.period / limit.unit
  end

  -- The most permits that one window can count.
  local function mostUsed(limit)
    return floored(floored(MAX, 2), units(limit))
  end

  -- What counts as used, times the period.
  local function weighed(s)
    local start, previous, current = rolled(s)
    local elapsed = floored(math.max(now - start, 0), s.limit.unit)
    return previous * (units(s.limit) - elapsed) + current * units(s.limit)
  end

  local function fresh(s)
    s.start, s.previous, s.current = 0, 0, 0
  end

  local function load(s, text, at)
    s.start, s.previous, s.current = read('<I7I7I7', text, at)
  end

  local function save(s)
    return write('<I7I7I7', s.start, s.previous, s.current)
  end

  local function show(s, out, n)
    out[n + 1], out[n + 2], out[n + 3] = s.start, s.previous, s.current
    return n + 3
  end

  local function used(s)
    return ceiled(weighed(s), units(s.limit))
  end

  local function available(s)
    local free = s.limit.capacity * units(s.limit) - weighed(s)
    return free <= 0 and 0 or floored(free, units(s.limit))
  end

  local function leaseEnd(s, finish)
    local start = rolled(s)
    return math.min(finish, start + s.limit.period)
  end

  local function resetAfter(s)
    local start, previous, current = rolled(s)
    if current > 0 then
      return start + 2 * s.limit.period - now
    end
    return previous > 0 and start + s.limit.period - now or 0
  end

  local function charge(s, permits)
    s.start, s.previous, s.current = rolled(s)
    s.current = math.min(s.current + permits, mostUsed(s.limit))
  end

  -- The current window gives first.
  local function giveBack(s, permits)
    s.start, s.previous, s.current = rolled(s)
    local fromCurrent = math.min(permits, s.current)
    s.current = s.current - fromCurrent
    s.previous = math.max(s.previous - (permits - fromCurrent), 0)
  end

  local function carryOver(s, old)
    local limit, before = s.limit, old.limit
    if limit.period == before.period and limit.variant == before.variant then
      s.start = old.start
      s.previous = math.min(old.previous, mostUsed(limit))
      s.current = math.min(old.current, mostUsed(limit))
    else
      charge(s, used(old))
    end
  end

  return {
    length = 21,
    fresh = fresh,
    load = load,
    save = save,
    show = show,
    used = used,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    charge = charge,
    giveBack = giveBack,
    carryOver = carryOver,
    take = charge,
    giveBackLeased = giveBack,
  }
end
