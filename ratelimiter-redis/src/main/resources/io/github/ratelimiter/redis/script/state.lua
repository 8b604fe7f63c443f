-- The state of a key: a set of counters, some of them of other versions of its policy. The class KeyState has
-- the rules. This file serves a state of one version, versions.lua serves all others.
--
-- stored   a signature, the words of each counter, and a tail. The signature is a byte of 32 + counters - 1,
--          then the definition of each counter: a byte of 16 * algorithm + 4 * variant + unit, a byte for the
--          widths of the numbers that follow, and these: limit, period in milliseconds and, where it is not
--          the limit, the capacity. The period of a calendar window is the longest length of its unit; after
--          the limit and the period come a byte of 8 * unit + first day, the length of the ID of its time zone,
--          and the ID. The byte before the tail is an exponent, see expiry.lua. The tail has up to three parts;
--          its length shows which. The instant of its last cut charge for each counter, if a charge was cut.
--          Then until and generation, if there was a grant that can be returned; zeros if only the next part
--          is there. Then the millisecond until which the key is drained, if it is.
-- expires  when no counter must be kept any more and the drain has ended, at the next multiple of 2^exponent
--          milliseconds

local NONE = {}
local versions

local function makeCounters()
  -- A counter without words. A log's has a ring, whose key joins those of this item once it is in use.
  local function newCounter(limit, state)
    local counter = { limit = limit, cutAt = 0 }
    if limit.kind == SLIDING_LOG then
      state.rings = state.rings or {}
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

  -- Makes it the state of a new key.
  local function forget(state)
    state.exists, state.version, state.signature, state.own = false, nil, nil, {}
    state.latest, state.generation, state.drained = 0, 0, 0
  end

  -- The time for which counters must be kept. A calendar window is kept longer than until it is full again.
  local function longest(counters)
    local most = 0
    for i = 1, #counters do
      local algorithm = counters[i].limit.algorithm
      most = math.max(most, (algorithm.keptFor or algorithm.resetAfter)(counters[i]))
    end
    return most
  end

  -- The time for which a state must be kept: for its counters, and until its drain has ended.
  local function fullAfter(state)
    return math.max(longest(state.own), state.drained - now)
  end

  -- Reads the tail of a state; false if it has another length.
  local function loadTail(state, text, at)
    local counters, left = state.own, #text + 1 - at
    local cuts = CUT * #counters
    if left == cuts or left == cuts + AHEAD or left == cuts + DRAINED then
      state.cut = true
      for i = 1, #counters do
        counters[i].cutAt, at = read('<I7', text, at)
      end
      left = left - cuts
    end
    if left == AHEAD or left == DRAINED then
      state.latest, state.generation, at = read('<I7I6', text, at)
      state.drained = left == DRAINED and read('<I6', text, at) * 1000 or 0
      left = 0
    end
    return left == 0
  end

  -- Reads a state; false if it cannot be read.
  local function load(state, text, defined, at)
    for i = 1, #defined do
      local counter = newCounter(defined[i], state)
      at = defined[i].algorithm.load(counter, text, at)
      state.own[i] = counter
    end
    local exponent
    exponent, at = read('B', text, at)
    if not loadTail(state, text, at) then
      return false
    end
    local after = fullAfter(state)
    if after > 0 then
      state.exponent, state.gone = exponent, now + after
    end
    return true
  end

  -- The state that is stored under a key; nil if it cannot be read.
  local function loaded(key, text, policy)
    local state = {
      key = key, own = {}, others = NONE, latest = 0, generation = 0, drained = 0, exists = text and true,
    }
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

  -- What a state of several versions begins with.
  local function signatureOf(counters)
    local signature = string.char(FORMAT + #counters - 1)
    for i = 1, #counters do
      signature = signature .. counters[i].limit.definition
    end
    return signature
  end

  -- Returns what follows the words of the counters.
  local function tailOf(state)
    local tail, cut = '', false
    for i = 1, #state.own do
      cut = cut or state.own[i].cutAt > 0
    end
    for i = 1, cut and #state.own or 0 do
      tail = tail .. write('<I7', state.own[i].cutAt)
    end
    if state.drained > now then
      return tail .. write('<I7I6I6', state.latest, state.generation, state.drained / 1000)
    end
    return state.generation > 0 and tail .. write('<I7I6', state.latest, state.generation) or tail
  end

  -- A ring expires with its state.
  local function expireRings(state, expiry)
    local rings = state.rings
    for _, counter in ipairs(state.own) do
      if expiry and counter.ring and counter.capacity > 0 then
        redis.call('PEXPIREAT', counter.ring, expiry)
        rings[counter.ring] = nil
      end
    end
    for ring in pairs(rings) do
      redis.call('UNLINK', ring)
    end
  end

  -- Writes the state, or deletes the key of one that is like a new one.
  local function save(state, existed)
    local own, exponent, expiry, isThere = state.own, nil, nil, nil
    local after = fullAfter(state)
    if after > 0 then
      exponent, expiry, isThere = expiryOf(now + after, state.exponent, state.gone)
      local text = state.version and state.version.signature or signatureOf(own)
      for i = 1, #own do
        text = text .. own[i].limit.algorithm.save(own[i])
      end
      text = text .. string.char(exponent)
      if state.cut or state.generation > 0 or state.drained > now then
        text = text .. tailOf(state)
      end
      setState(state.key, text, expiry, isThere)
    elseif existed then
      redis.call('DEL', state.key)
    end
    if state.rings then
      expireRings(state, expiry and expiry / 1000)
    end
  end

  -- Whether a state of one version says more than what was used: that grants can be returned, or that
  -- charges were cut.
  local function saysMore(state)
    for i = 1, state.cut and #state.own or 0 do
      if state.own[i].cutAt > 0 then
        return true
      end
    end
    return state.generation > 0
  end

  -- A step with its calendar windows moved to the present window. The state is not changed until the step is kept.
  local function atNow(step)
    local own
    for i = 1, #step.own do
      local move = step.own[i].limit.algorithm.atNow
      local moved = move and move(step.own[i])
      if moved then
        own = own or { unpack(step.own) }
        own[i] = moved
      end
    end
    return own and {
      own = own, others = step.others, latest = step.latest, generation = step.generation,
      drained = step.drained, creates = step.creates,
    } or step
  end

  local function stepBefore(state, policy)
    local version = state.version
    local signature = version and version.signature or state.signature
    if signature == policy.signature and not (saysMore(state) and fullAfter(state) == 0) then
      if version ~= policy then
        for i = 1, #policy do
          state.own[i].limit = policy[i]
        end
        state.version = policy
      end
      return state
    end
    local step = state.exists and versions().stepOf(state, policy)
    return step or { own = freshCounters(policy, state), others = NONE, latest = 0, generation = 0, drained = 0 }
  end

  -- What one request sees of a state: the counters of its own version, and those of others. It is the state
  -- itself where all counters are of this version.
  local function stepOf(state, policy)
    local step = stepBefore(state, policy)
    return policy.calendar and atNow(step) or step
  end

  -- Makes what a step has changed the state.
  local function keep(state, step, policy, operation)
    if step.others ~= NONE or step.creates or state.earlier then
      step.others = versions().settle(state, step, policy)
    end
    -- What is taken is not full again; all else may leave nothing to remember.
    if #step.others == 0 and operation ~= ACQUIRE and fullAfter(step) == 0 then
      forget(state)
      return
    end
    if step ~= state then
      state.exists, state.own, state.version, state.signature = true, step.own, policy, nil
      state.latest, state.generation, state.drained = step.latest, step.generation, step.drained
      for i = 1, #step.others do
        state.own[#state.own + 1] = step.others[i]
        state.version, state.cut = nil, true
      end
    end
  end

  return {
    newCounter = newCounter,
    newBeside = newBeside,
    longest = longest,
    fullAfter = fullAfter,
    load = load,
    loaded = loaded,
    forget = forget,
    save = save,
    stepOf = stepOf,
    keep = keep,
  }
end

local counters = makeCounters()

