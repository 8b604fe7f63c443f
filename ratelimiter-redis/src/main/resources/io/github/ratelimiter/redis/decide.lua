
-- All limits of a policy at once, for the items that are not plain.
--
-- returns  for each such item a list: before each request that is its first, or whose policy is not
--          that of the one before, or has a sliding log, the state under its policy: the words of each
--          limit (of a log, what slidingLog.show tells). Of a lease given back to a log, it is the state
--          after it. In the end, how many were allowed. From this the caller computes the decisions.

local MAKERS = { bucket, fixedWindow, slidingLog, slidingCounter }
local BUCKET, SLIDING_LOG = 1, 3
local UNITS = { 1, 1000, 1000000 }

local algorithms = {}

local function algorithmOf(kind)
  local algorithm = algorithms[kind]
  if not algorithm and MAKERS[kind] then
    algorithm = MAKERS[kind]()
    algorithms[kind] = algorithm
  end
  return algorithm
end

-- The limits of a signature, and where it ends; nil if it is none.
local function limitsOf(text)
  local header, at = read('<B', text)
  if header < 16 or header > 31 then
    return nil
  end
  local limits = { logs = false, signature = '' }
  for i = 1, header - 15 do
    local code
    code, at = read('<B', text, at)
    local kind, unit = floored(code, 16), UNITS[code % 4 + 1]
    local algorithm = algorithmOf(kind)
    if not algorithm or not unit then
      return nil
    end
    local limit = { algorithm = algorithm, kind = kind, variant = floored(code, 4) % 2, unit = unit }
    if kind == BUCKET then
      limit.wide = floored(code, 8) % 2 == 1
      limit.l, limit.p, at = read(limit.wide and '<I5I6' or '<I2I6', text, at)
    else
      limit.period, at = read('<I6', text, at)
    end
    limits.logs = limits.logs or kind == SLIDING_LOG
    limits[i] = limit
  end
  limits.signature = sub(text, 1, at - 1)
  return limits, at
end

local policies = {}

local function policyAt(index)
  local policy = policies[index]
  if not policy then
    local text, at = ARGV[index], nil
    policy, at = limitsOf(text)
    for i = 1, #policy do
      local limit = policy[i]
      limit.capacity, at = read('<I5', text, at)
      if limit.kind == BUCKET then
        limit.full = limit.capacity * limit.p
        limit.longestWait, at = read('<I7', text, at)
      end
    end
    policies[index] = policy
  end
  return policy
end

-- A new state. A log's has a ring, whose key joins those of this item once it is in use.
local function newState(limit, i, key, rings)
  if limit.kind == SLIDING_LOG then
    return { limit = limit, ring = key .. ':log' .. i, rings = rings }
  end
  return { limit = limit }
end

local function freshStates(policy, key, rings)
  local states = {}
  for i = 1, #policy do
    states[i] = newState(policy[i], i, key, rings)
    policy[i].algorithm.fresh(states[i])
  end
  return states
end

-- The states in a text, from a position on; nil if it is not of their length.
local function loaded(limits, text, at, key, rings)
  local states = {}
  for i = 1, #limits do
    states[i] = newState(limits[i], i, key, rings)
    at = limits[i].algorithm.load(states[i], text, at)
  end
  return at == #text + 1 and states or nil
end

-- What is stored, written under another version of the policy: its limits and their states; nil if it
-- cannot be read.
local function loadedOther(text, key, rings)
  local limits, at = limitsOf(text)
  if not limits then
    return nil
  end
  return limits, loaded(limits, text, at, key, rings)
end

-- The states under another version of their policy: where a limit stood one of its algorithm, from
-- that; else from the largest usage of all.
local function carried(limits, states, policy, key, rings)
  local most = 0
  for i = 1, #limits do
    most = math.max(most, limits[i].algorithm.used(states[i]))
  end
  local after = freshStates(policy, key, rings)
  for i = 1, #policy do
    local limit, before = policy[i], limits[i]
    if before and before.kind == limit.kind
      and (limit.kind ~= BUCKET or before.variant == limit.variant) then
      limit.algorithm.carryOver(after[i], states[i])
    else
      limit.algorithm.charge(after[i], most)
    end
  end
  return after
end

local function available(states, finish)
  local least = 1000000000000
  for i = 1, #states do
    local permits = states[i].limit.algorithm.available(states[i], finish)
    if permits < least then
      least = permits
    end
  end
  return least
end

local function take(states, permits, usedAt)
  for i = 1, #states do
    states[i].limit.algorithm.take(states[i], permits, usedAt)
  end
  return true, true
end

local function giveBack(states, permits)
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBack(s, permits)
  end
  return true, true
end

local function lease(states, least, most, micros)
  local finish = now + micros
  for _, s in ipairs(states) do
    finish = s.limit.algorithm.leaseEnd(s, finish)
  end
  local permits = math.min(available(states, finish), most)
  if permits < least then
    return false, false
  end
  return take(states, permits, finish)
end

local function book(states, permits, maxWait)
  local longest = maxWait
  for _, s in ipairs(states) do
    if permits > s.limit.capacity then
      return false, false
    end
    longest = math.min(longest, s.limit.longestWait)
  end
  local wait = 0
  for _, s in ipairs(states) do
    local turn, room = s.limit.algorithm.turnAfter(s, permits)
    if turn > longest or room > 0 then
      return false, false
    end
    wait = math.max(wait, turn)
  end
  return take(states, permits, now + wait)
end

-- Whether no bucket was charged since a grant: the first one's debt is what the grant left behind.
local function isLast(states, grantedAt, mark)
  for _, s in ipairs(states) do
    if s.limit.kind == BUCKET then
      return s.limit.algorithm.debtAt(s, grantedAt) == mark
    end
  end
  return mark == 0
end

local function giveBackLease(states, permits, grantedAt, mark, usedAt)
  if now >= usedAt or not isLast(states, grantedAt, mark) then
    return true, false
  end
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBackLeased(s, permits, usedAt)
  end
  return true, true
end

local function cancel(states, permits, grantedAt, mark)
  if states[1].limit.kind ~= BUCKET or not isLast(states, grantedAt, mark) then
    return true, false
  end
  return giveBack(states, permits)
end

-- Carries out an operation: whether it is allowed, and whether it changed anything.
local function operate(operation, states, permits, a, b, c)
  if operation == ACQUIRE then
    if available(states, now) < permits then
      return false, false
    end
    return take(states, permits, now)
  elseif operation == PEEK then
    return available(states, now) >= permits, false
  elseif operation == REFUND then
    return giveBack(states, permits)
  elseif operation == LEASE then
    return lease(states, permits, a, b)
  elseif operation == BOOK then
    return book(states, permits, a)
  elseif operation == GIVE_BACK then
    return giveBackLease(states, permits, a, b, c)
  end
  return cancel(states, permits, a, b)
end

local function show(states, out, n, permits)
  for i = 1, #states do
    n = states[i].limit.algorithm.show(states[i], out, n, permits)
  end
  return n
end

-- Writes the states, or deletes the key of fresh ones. Rings go and stay with them.
local function save(key, existed, policy, states, rings)
  local longest, text = 0, policy.signature
  for i = 1, #states do
    local algorithm = states[i].limit.algorithm
    local resetAfter = algorithm.resetAfter(states[i])
    if resetAfter > longest then
      longest = resetAfter
    end
    text = text .. algorithm.save(states[i])
  end
  local gone = ceiled(now + longest, 1000)
  if longest > 0 then
    redis.call('SET', key, text, 'PXAT', gone)
  elseif existed then
    redis.call('DEL', key)
  end
  if next(rings) then
    for _, s in ipairs(states) do
      if longest > 0 and s.ring and s.capacity > 0 then
        redis.call('PEXPIREAT', s.ring, gone)
        rings[s.ring] = nil
      end
    end
    for ring in pairs(rings) do
      redis.call('UNLINK', ring)
    end
  end
end

local function decide(key, text, at, runs)
  local rings = {}
  local limits, states
  local out, n, allowed, changed = {}, 0, 0, false
  local policy, asked
  for _ = 1, runs do
    local operation, times, index, permits, a, b, c
    operation, times, index, permits, at = read('<BHHI7', requests, at)
    if operation >= LEASE then
      a, b, c, at = read('<I7I7I7', requests, at)
    end
    local wanted = policyAt(index)
    if text and not states then
      local signature, readable = wanted.signature, nil
      if sub(text, 1, #signature) == signature then
        limits = wanted
        readable, states = pcall(loaded, wanted, text, #signature + 1, key, rings)
      else
        readable, limits, states = pcall(loadedOther, text, key, rings)
      end
      if not readable or not states then
        return sub(text, 1, 32)
      end
    end
    if wanted ~= policy then
      if not limits then
        asked = freshStates(wanted, key, rings)
      elseif limits.signature == wanted.signature then
        asked = states
        for i, limit in ipairs(wanted) do
          asked[i].limit = limit
        end
      else
        asked = carried(limits, states, wanted, key, rings)
      end
    end
    local after = operation == GIVE_BACK and wanted.logs
    if (wanted ~= policy or wanted.logs) and not after then
      n = show(asked, out, n, permits)
    end
    policy = wanted
    for time = 1, times do
      if time > 1 and wanted.logs then
        n = show(asked, out, n, permits)
      end
      local yes, change = true, true
      if operation == RESET then
        asked = freshStates(policy, key, rings)
      else
        yes, change = operate(operation, asked, permits, a, b, c)
      end
      if after then
        n = show(asked, out, n, permits)
      end
      if yes then
        allowed = allowed + 1
      end
      if change then
        limits, states, changed = policy, asked, true
      end
    end
  end
  if changed then
    save(key, text, limits, states, rings)
  end
  out[n + 1] = allowed
  return out
end

for item = 1, items do
  if starts[item] then
    reply[3 * item - 1] = decide(KEYS[item], stored[item], starts[item], counts[item])
  end
end
return reply
