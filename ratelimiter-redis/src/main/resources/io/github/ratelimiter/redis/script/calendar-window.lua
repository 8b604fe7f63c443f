-- Calendar window. Words: start and end of the window, and the permits used in it. The caller sends three borders
-- of its calendar: the start and the end of the window at the time of its clock, and the end of the next one. The
-- classes CalendarWindowAlgorithm and Borders have the rules.

local function calendarWindow()
  -- The window of the caller that counts at an instant.
  local function windowAt(limit, instant)
    local borders, longest = limit.borders, limit.period
    if instant < borders[2] then
      return borders[1], borders[2]
    elseif instant < borders[3] then
      return borders[2], borders[3]
    end
    local start = instant < borders[3] + longest and borders[3] or instant
    return start, start + longest
  end

  -- The end of a stored window for the caller. A window of the caller that overlaps the stored window is the same
  -- window if both together are not longer than the longest of the unit.
  local function finishOf(s)
    local borders, finish = s.limit.borders, s.finish
    for i = 1, 2 do
      local from, to = borders[i], borders[i + 1]
      if from < s.finish and s.start < to and to <= s.start + s.limit.period then
        finish = math.max(finish, to)
      end
    end
    return finish
  end

  -- The counter moved to the present window; nil if the stored one is the present one.
  local function atNow(s)
    local finish = finishOf(s)
    if now < finish and finish == s.finish then
      return nil
    end
    local moved = {}
    for name, value in pairs(s) do
      moved[name] = value
    end
    if now < finish then
      moved.finish = finish
    else
      local start
      start, moved.finish = windowAt(s.limit, now)
      moved.start, moved.inWindow = math.max(start, s.finish), 0
    end
    return moved
  end

  local function over(s, instant)
    return s.inWindow == 0 or instant >= s.finish
  end

  local function fresh(s)
    s.start, s.finish, s.inWindow = 0, 0, 0
  end

  local function load(s, text, at)
    s.start, s.finish, s.inWindow, at = read('<I7I7I5', text, at)
    return at
  end

  local function save(s)
    return write('<I7I7I5', s.start, s.finish, s.inWindow)
  end

  local function report(s, out, n)
    out[n + 1], out[n + 2], out[n + 3] = s.start, s.finish, s.inWindow
    return n + 3
  end

  local function used(s, instant)
    return over(s, instant) and 0 or s.inWindow
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s, now), 0)
  end

  local function resetAfter(s)
    return over(s, now) and 0 or s.finish - now
  end

  -- The time for which the counter must be kept.
  local function keptFor(s)
    return s.inWindow == 0 and 0 or math.max(s.finish - now, s.start + s.limit.period - now, 0)
  end

  local function take(s, permits)
    s.inWindow = math.min(s.inWindow + permits, MAX)
  end

  -- The functions that only some operations need, and states of several versions. Made when they are first needed.
  local function complete(algorithm)
    local function leaseEnd(s, finish)
      return now >= s.finish and finish or math.min(finish, s.finish)
    end

    local function charge(s, permits, _, lastUse, _, debt)
      if now >= s.finish then
        return permits
      end
      if lastUse >= s.finish then
        s.start, s.finish = lastUse, lastUse + s.limit.period
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
      s.start, s.finish = windowAt(s.limit, later)
      s.inWindow = math.min(permits, s.limit.capacity)
    end

    local function copy(s, other)
      s.start, s.finish, s.inWindow = other.start, other.finish, math.min(other.inWindow, s.limit.capacity)
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
    atNow = atNow,
    fresh = fresh,
    load = load,
    save = save,
    report = report,
    used = used,
    available = available,
    resetAfter = resetAfter,
    keptFor = keptFor,
    take = take,
    complete = complete,
  }
end

