
-- Fixed window. Words: start, the instant at which the window began, and the permits used in it.
-- Variant 1 begins its windows with the first permit granted, variant 0 at multiples of the period.

local function fixedWindow()
  local function over(s)
    return s.inWindow == 0 or now >= s.start + s.limit.period
  end

  -- Where the window began, or the next one would: never before an earlier one.
  local function startAt(s)
    return over(s) and math.max(s.start, windowAt(s.limit)) or s.start
  end

  local function fresh(s)
    s.start, s.inWindow = 0, 0
  end

  local function load(s, text, at)
    s.start, s.inWindow = read('<I7I7', text, at)
  end

  local function save(s)
    return write('<I7I7', s.start, s.inWindow)
  end

  local function show(s, out, n)
    out[n + 1], out[n + 2] = s.start, s.inWindow
    return n + 2
  end

  local function used(s)
    return over(s) and 0 or s.inWindow
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s), 0)
  end

  local function leaseEnd(s, finish)
    return math.min(finish, startAt(s) + s.limit.period)
  end

  local function resetAfter(s)
    return over(s) and 0 or s.start + s.limit.period - now
  end

  local function charge(s, permits)
    if over(s) then
      s.start, s.inWindow = startAt(s), 0
    end
    s.inWindow = math.min(s.inWindow + permits, MAX)
  end

  local function giveBack(s, permits)
    if not over(s) then
      s.inWindow = math.max(s.inWindow - permits, 0)
    end
  end

  local function carryOver(s, old)
    local limit, before = s.limit, old.limit
    if limit.period == before.period and limit.variant == before.variant then
      s.start, s.inWindow = old.start, old.inWindow
    else
      charge(s, used(old))
    end
  end

  return {
    length = 14,
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
