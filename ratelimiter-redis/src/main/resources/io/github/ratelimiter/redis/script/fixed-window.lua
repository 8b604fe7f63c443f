-- Fixed window. Words: start, the instant at which the window began, and the permits used in it.
-- Variant 1 begins its windows with the first permit granted, variant 0 at multiples of the period.

local function fixedWindow()
  local function over(s, instant)
    return s.inWindow == 0 or instant >= s.start + s.limit.period
  end

  -- Where the window began, or the next one would: never before an earlier one.
  local function startAt(s)
    return over(s, now) and math.max(s.start, windowAt(s.limit, now)) or s.start
  end

  local function fresh(s)
    s.start, s.inWindow = 0, 0
  end

  local function load(s, text, at)
    s.start, s.inWindow, at = read('<I7I5', text, at)
    return at
  end

  local function save(s)
    return write('<I7I5', s.start, s.inWindow)
  end

  local function report(s, out, n)
    out[n + 1], out[n + 2] = s.start, s.inWindow
    return n + 2
  end

  local function used(s, instant)
    return over(s, instant) and 0 or s.inWindow
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s, now), 0)
  end

  local function resetAfter(s)
    return over(s, now) and 0 or s.start + s.limit.period - now
  end

  local function take(s, permits)
    if over(s, now) then
      s.start, s.inWindow = startAt(s), 0
    end
    s.inWindow = math.min(s.inWindow + permits, MAX)
  end

  -- The functions that only some operations need, and states of several versions. Made when they are first needed.
  local function complete(algorithm)
    local function leaseEnd(s, finish)
      return math.min(finish, startAt(s) + s.limit.period)
    end

    local function charge(s, permits, _, lastUse, _, debt)
      if over(s, now) then
        s.start, s.inWindow = math.max(s.start, windowAt(s.limit, lastUse)), 0
      elseif lastUse >= s.start + s.limit.period then
        s.start = windowAt(s.limit, lastUse)
      end
      local counted = math.min(permits, math.max(s.limit.capacity + debt - s.inWindow, 0))
      s.inWindow = s.inWindow + counted
      return permits - counted
    end

    local function giveBack(s, permits)
      if not over(s, now) then
        s.inWindow = math.max(s.inWindow - permits, 0)
      end
    end

    local function release(s, permits, grant)
      if grant.usedAt >= s.start then
        giveBack(s, permits)
      end
    end

    local function startWith(s, permits, _, later)
      s.start, s.inWindow = windowAt(s.limit, later), math.min(permits, s.limit.capacity)
    end

    local function copy(s, other)
      s.start, s.inWindow = other.start, math.min(other.inWindow, s.limit.capacity)
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

