-- The state of a key: a set of counters, some of them of other versions of its policy. The rules are
-- explained at the class KeyState. What is here serves a state of one version; the file after this one
-- does the rest.

local versions

-- A counter without words. A log's has a ring, whose key joins those of this item once it is in use.
local function newCounter(limit, state)
  local counter = { limit = limit, cutAt = 0 }
  if limit.kind == SLIDING_LOG then
    counter.key, counter.rings = state.key, state.rings
  end
  return counter
end

-- A counter that is new beside others: a log's ring has a number of its own.
local function newBeside(counters, limit, state)
  local counter = newCounter(limit, state)
  if limit.kind == SLIDING_LOG then
    local number, taken = 0, nil
    repeat
      number, taken = number + 1, false
      for i = 1, #counters do
        taken = taken or counters[i].number == number
      end
    until not taken
    counter.number, counter.ring = number, state.key .. ':log' .. number
  end
  return counter
end

local function freshCounters(policy, state)
  local own = {}
  for i = 1, #policy do
    own[i] = newBeside(own, policy[i], state)
    policy[i].algorithm.fresh(own[i])
  end
  return own
end

-- Forgets everything, as for a key never used.
local function forget(state)
  state.exists, state.version, state.counters = false, nil, {}
  state.latest, state.generation = 0, 0
end

-- The time until all counters are full again.
local function longest(counters)
  local most = 0
  for i = 1, #counters do
    most = math.max(most, counters[i].limit.algorithm.resetAfter(counters[i]))
  end
  return most
end

-- Reads the tail of a state; false if it has another length.
local function loadTail(state, text, at)
  local counters, rest = state.counters, #text + 1 - at
  local cuts = CUT * #counters
  if rest == cuts or rest == cuts + AHEAD then
    state.cut = true
    for i = 1, #counters do
      counters[i].cutAt, at = read('<I7', text, at)
    end
    rest = rest - cuts
  end
  if rest == AHEAD then
    state.latest, state.generation = read('<I7I6', text, at)
    rest = 0
  end
  return rest == 0
end

-- Reads a state; false if it cannot be read.
local function load(state, text, limits, at)
  for i = 1, #limits do
    local counter = newCounter(limits[i], state)
    at = limits[i].algorithm.load(counter, text, at)
    state.counters[i] = counter
  end
  return loadTail(state, text, at)
end

-- The state that is stored under a key; nil if it cannot be read.
local function loaded(key, text, policy)
  local state = { key = key, rings = {}, counters = {}, latest = 0, generation = 0, exists = text and true }
  if text then
    local signature = policy.signature
    if sub(text, 1, #signature) == signature then
      state.version = policy
      return load(state, text, policy, #signature + 1) and state or nil
    end
    return versions().load(state, text, policy) and state or nil
  end
  return state
end

-- Writes the state, or deletes the key of one that is as never used. Rings go and stay with it.
local function save(state, existed)
  local key, rings, counters = state.key, state.rings, state.counters
  local after = longest(counters)
  local gone = ceiled(now + after, 1000)
  if after > 0 then
    local parts, cut, n = {}, false, #counters
    if state.version then
      parts[1] = state.version.signature
    else
      parts[1] = string.char(FORMAT + n - 1)
      for i = 1, n do
        parts[i + 1] = counters[i].limit.definition
      end
    end
    for i = 1, n do
      parts[#parts + 1] = counters[i].limit.algorithm.save(counters[i])
      cut = cut or counters[i].cutAt > 0
    end
    if cut then
      for i = 1, n do
        parts[#parts + 1] = write('<I7', counters[i].cutAt)
      end
    end
    if state.generation > 0 then
      parts[#parts + 1] = write('<I7I6', state.latest, state.generation)
    end
    redis.call('SET', key, table.concat(parts), 'PXAT', gone)
  elseif existed then
    redis.call('DEL', key)
  end
  if next(rings) then
    for _, counter in ipairs(counters) do
      if after > 0 and counter.ring and counter.capacity > 0 then
        redis.call('PEXPIREAT', counter.ring, gone)
        rings[counter.ring] = nil
      end
    end
    for ring in pairs(rings) do
      redis.call('UNLINK', ring)
    end
  end
end

-- Whether a state of one version says more than what was used: that permits were granted ahead, or that
-- charges were cut.
local function saysMore(state)
  for i = 1, state.cut and #state.counters or 0 do
    if state.counters[i].cutAt > 0 then
      return true
    end
  end
  return state.generation > 0
end

-- What one request sees of a state: the counters of its own version, and those of others.
local NONE = {}
local function stepOf(state, policy)
  local own
  if state.version and state.version.signature == policy.signature
      and not (saysMore(state) and longest(state.counters) == 0) then
    own = state.counters
    for i = 1, #policy do
      own[i].limit = policy[i]
    end
  elseif state.exists then
    local step = versions().stepOf(state, policy)
    if step then
      return step
    end
    own = freshCounters(policy, state)
    return { policy = policy, own = own, others = NONE, latest = 0, generation = 0 }
  else
    own = freshCounters(policy, state)
  end
  return { policy = policy, own = own, others = NONE, latest = state.latest, generation = state.generation }
end

-- Makes what a step has changed the state.
local function keep(state, step, operation)
  if step.others ~= NONE or step.creates or state.earlier then
    step.others = versions().settle(state, step)
  end
  local others = #step.others
  -- What is taken is not full again; all else may leave nothing to remember.
  if others == 0 and operation ~= ACQUIRE and longest(step.own) == 0 then
    forget(state)
    return
  end
  if step.latest < now then
    step.latest, step.generation = 0, 0
  end
  state.exists, state.counters, state.version = true, step.own, step.policy
  state.latest, state.generation = step.latest, step.generation
  if others > 0 then
    local counters = {}
    for i = 1, #step.own do
      counters[i] = step.own[i]
    end
    for i = 1, others do
      counters[#counters + 1] = step.others[i]
    end
    state.counters, state.version, state.cut = counters, nil, true
  end
end

