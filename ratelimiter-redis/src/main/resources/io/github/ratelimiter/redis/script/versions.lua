-- States of several versions of a policy: a function that makes its functions, called only if there is
-- such a state.

local MOST_OTHERS = 16
local EARLIER_FORMAT, EARLIER_MOST = 16, 16

local function makeVersions()
  limits.completeAlgorithms()

  local function gcd(a, b)
    while b > 0 do
      a, b = b, a % b
    end
    return a
  end

  -- The limit that a signature defines at a position, and where the next one is.
  local function definedAt(text, at)
    local start, code, widths = at, nil, nil
    code, widths, at = read('<BB', text, at)
    local limit = limits.of(code)
    if not limit then
      return nil
    end
    local permits, millis
    permits, millis, at = read('<I' .. floored(widths, 30) + 1 .. 'I' .. floored(widths % 30, 6) + 1, text, at)
    limit.period, limit.capacity = millis * 1000, permits
    if widths % 6 > 0 then
      limit.capacity, at = read('<I' .. widths % 6, text, at)
    end
    if limit.kind == BUCKET then
      limit.l, limit.p = 1, limit.period
      if permits > 0 then
        local units = limit.period / limit.unit
        local divisor = gcd(permits, units)
        limit.l, limit.p = permits / divisor, units / divisor
      end
      limit.full = limit.capacity * limit.p
    elseif limit.kind == CALENDAR_WINDOW then
      at = at + 2 + read('B', text, at + 1)
    end
    limit.definition = sub(text, start, at - 1)
    return limit, at
  end

  -- The limits of a signature, and where it ends; nil if it is none.
  local function limitsOf(text)
    local header, at = read('<B', text)
    if header < FORMAT or header >= FORMAT + MOST_COUNTERS then
      return nil
    end
    local defined = {}
    for i = 1, header - FORMAT + 1 do
      defined[i], at = definedAt(text, at)
      if not defined[i] then
        return nil
      end
    end
    return defined, at
  end

  -- The limits of a signature of the format before, which had no capacities, and where it ends.
  local function earlierLimitsOf(text)
    local header, at = read('<B', text)
    if header < EARLIER_FORMAT or header >= EARLIER_FORMAT + EARLIER_MOST then
      return nil
    end
    local defined = {}
    for i = 1, header - EARLIER_FORMAT + 1 do
      local code
      code, at = read('<B', text, at)
      local limit = limits.of(code)
      if not limit then
        return nil
      end
      if limit.kind == BUCKET then
        limit.wide = floored(code, 8) % 2 == 1
        limit.l, limit.p, at = read(limit.wide and '<I5I6' or '<I2I6', text, at)
      else
        limit.period, at = read('<I6', text, at)
      end
      defined[i] = limit
    end
    return defined, at
  end

  -- The unit, the first day and the time zone of a calendar window; nil for other limits.
  local function calendarOf(limit)
    if limit.kind ~= CALENDAR_WINDOW then
      return nil
    end
    local _, widths, at = read('<BB', limit.definition)
    return sub(limit.definition, at + floored(widths, 30) + floored(widths % 30, 6) + 2)
  end

  local function sameKind(limit, other)
    return limit.kind == other.kind and limit.variant == other.variant and limit.period == other.period
      and calendarOf(limit) == calendarOf(other)
  end

  -- Whether two limits are the same, and so one counter.
  local function sameLimit(limit, other)
    if limit.kind ~= other.kind or limit.variant ~= other.variant or limit.capacity ~= other.capacity then
      return false
    elseif limit.kind == BUCKET then
      return limit.l == other.l and limit.p == other.p and limit.unit == other.unit
    end
    return limit.period == other.period and calendarOf(limit) == calendarOf(other)
  end

  -- Reads a state of the format before, which knew limits by their position and no capacities: the limits
  -- of the policy that asks start from it.
  local function upgrade(state, text, policy)
    local defined, at = earlierLimitsOf(text)
    if not defined then
      return false
    end
    local before = {}
    for i = 1, #defined do
      local limit, counter = defined[i], counters.newCounter(defined[i], state)
      if limit.kind == BUCKET then
        counter.tat, counter.rem, at = read(limit.wide and '<I7I5' or '<I7I2', text, at)
      elseif limit.kind == SLIDING_LOG then
        counter.base, counter.last, counter.total, counter.head, counter.count, counter.capacity, at =
          read('<I6I7I6I4I4I4', text, at)
        counter.number, counter.ring = i, state.key .. ':log' .. i
        if counter.capacity > 0 then
          state.rings[counter.ring] = true
        end
      elseif limit.kind == FIXED_WINDOW then
        counter.start, counter.inWindow, at = read('<I7I7', text, at)
      else
        counter.start, counter.previous, counter.current, at = read('<I7I7I7', text, at)
      end
      before[i] = counter
    end
    if at ~= #text + 1 then
      return false
    end
    state.earlier = before
    return true
  end

  -- Reads a state that another version wrote; false if it cannot be read.
  local function loadOther(state, text, policy)
    local defined, at = limitsOf(text)
    if defined then
      -- The version that wrote it may still ask in this call.
      state.signature = sub(text, 1, at - 1)
      return counters.load(state, text, defined, at)
    end
    return upgrade(state, text, policy)
  end

  -- The counter of a limit that a state does not have yet: from those of the same algorithm and written
  -- period, the largest; else from the largest usage of all.
  local function startedFrom(kept, limit, state, all, alike)
    local algorithm, later = limit.algorithm, math.max(now, state.latest)
    local largest
    for i = 1, #kept do
      if alike(limit, kept[i].limit) then
        local copy = counters.newBeside(all, limit, state)
        algorithm.copy(copy, kept[i], later)
        if not largest or algorithm.exceeds(copy, largest) then
          largest = copy
        end
      end
    end
    if largest then
      return largest
    end
    local used, usedLater = 0, 0
    for i = 1, #kept do
      local each = kept[i]
      used = math.max(used, each.limit.algorithm.used(each, now))
      usedLater = math.max(usedLater, each.limit.algorithm.used(each, later))
    end
    local counter = counters.newBeside(all, limit, state)
    algorithm.startWith(counter, used, usedLater, later)
    return counter
  end

  -- In the format before, a bucket's written period was not stored.
  local function sameRate(limit, other)
    if limit.kind ~= BUCKET or other.kind ~= BUCKET then
      return sameKind(limit, other)
    end
    return limit.variant == other.variant and limit.l == other.l and limit.p == other.p
      and limit.unit == other.unit
  end

  -- A counter under the same limit as another policy has it: a bucket's rate may be written in another way.
  local function underLimit(counter, limit)
    if counter.limit.period == limit.period then
      counter.limit = limit
      return counter
    end
    return { limit = limit, cutAt = counter.cutAt, tat = counter.tat, rem = counter.rem }
  end

  -- A step on a state that is not of the policy's version; nil if it is like a new one.
  local function stepOf(state, policy)
    local kept = state.earlier or state.own
    if counters.longest(kept) == 0 and state.drained <= now then
      return nil
    end
    local step = {
      own = {}, others = {}, latest = state.latest, generation = state.generation, drained = state.drained,
    }
    local all, found = {}, {}
    for i = 1, #kept do
      all[i] = kept[i]
    end
    for i = 1, #policy do
      local limit, counter = policy[i], nil
      for j = 1, #kept do
        if not state.earlier and not found[j] and sameLimit(limit, kept[j].limit) then
          counter, found[j] = underLimit(kept[j], limit), true
          break
        end
      end
      if not counter then
        counter = startedFrom(kept, limit, state, all, state.earlier and sameRate or sameKind)
        step.creates, counter.created = true, true
        counter.cutAt = state.earlier and 0 or math.max(now, 1, state.latest)
        all[#all + 1] = counter
      end
      step.own[i] = counter
    end
    for j = 1, #kept do
      if not found[j] and not state.earlier then
        step.others[#step.others + 1] = kept[j]
      end
    end
    return step
  end

  -- Whether a counter was missing that is not full: its rate begins now, also by a refusal.
  local function createsUsed(step)
    for _, counter in ipairs(step.own) do
      if counter.created and counter.limit.algorithm.resetAfter(counter) > 0 then
        return true
      end
    end
    return false
  end

  -- Of counters that no version asked for, those that are not full again; of too many, those that are so
  -- last.
  local function staying(others)
    local left = {}
    for _, counter in ipairs(others) do
      local after = counter.limit.algorithm.resetAfter(counter)
      if after > 0 then
        left[#left + 1] = counter
        counter.after = after
      end
    end
    while #left > MOST_OTHERS do
      local first = 1
      for i = 2, #left do
        if left[i].after <= left[first].after then
          first = i
        end
      end
      table.remove(left, first)
    end
    return left
  end

  -- Makes created counters the state's own. Returns the others that stay.
  local function settle(state, step, policy)
    state.earlier, state.cut, step.creates = nil, true, nil
    for i = 1, #step.own do
      local counter = step.own[i]
      counter.created, counter.limit = nil, policy[i]
      if counter.copied then
        counter.limit.algorithm.settle(counter)
      end
    end
    return staying(step.others)
  end

  return {
    load = loadOther,
    stepOf = stepOf,
    createsUsed = createsUsed,
    settle = settle,
  }
end

local madeVersions
versions = function()
  madeVersions = madeVersions or makeVersions()
  return madeVersions
end

