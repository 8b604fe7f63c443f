
-- All limits of a policy at once, for the items that are not plain.
--
-- returns  for each such item a list: before each request that is its first, or whose policy is not
--          that of the one before, or has a sliding log, the state under its policy: the words of each
--          limit (of a log, what slidingLog.show tells). Of a lease given back to a log, it is the state
--          after it. In the end, how many were allowed. From this the caller computes the decisions.

local ALGORITHMS = { bucket, fixedWindow, slidingLog, slidingCounter }
local UNITS = { 1, 1000, 1000000 }

-- The limits of a signature, and where it ends.
local function limitsOf(text)
  local limits = {}
  local header, at = read('<B', text)
  if header < 16 or header > 31 then
    return nil
  end
  for i = 1, header - 15 do
    local limit, code = {}, nil
    code, at = read('<B', text, at)
    limit.unit, limit.variant = UNITS[code % 4 + 1], floored(code, 4) % 4
    limit.kind = floored(code, 16)
    limit.algorithm = ALGORITHMS[limit.kind]
    if not limit.algorithm or not limit.unit then
      return nil
    end
    if limit.kind == 1 then
      limit.l, limit.p, at = read('<I5I6', text, at)
    else
      limit.period, at = read('<I6', text, at)
    end
    limits[i] = limit
  end
  return limits, at
end

local policies = {}

local function policyAt(index)
  local policy = policies[index]
  if not policy then
    local text, at = ARGV[index], nil
    policy, at = limitsOf(text)
    policy.signature = sub(text, 1, at - 1)
    for _, limit in ipairs(policy) do
      limit.capacity, at = read('<I5', text, at)
      if limit.kind == 1 then
        limit.full = limit.capacity * limit.p
        limit.longestWait, at = read('<I7', text, at)
      elseif limit.kind == 3 then
        policy.logs = true
      end
    end
    policies[index] = policy
  end
  return policy
end

local function newStates(policy, key, rings)
  local states = {}
  for i, limit in ipairs(policy) do
    states[i] = { limit = limit, rings = rings }
    if limit.kind == 3 then
      states[i].ring = key .. ':log' .. i
    end
    limit.algorithm.fresh(states[i])
  end
  return states
end

-- What is stored: the limits that wrote it, with their signature, and their states; nil if it cannot
-- be read.
local function loaded(text, key, rings)
  local limits, at = limitsOf(text)
  if not limits then
    return nil
  end
  limits.signature = sub(text, 1, at - 1)
  local states = newStates(limits, key, rings)
  for i, limit in ipairs(limits) do
    limit.algorithm.load(states[i], text, at)
    at = at + limit.algorithm.length
  end
  return at == #text + 1 and limits or nil, states
end

-- The states under another version of their policy: where a limit stood one of its algorithm, from
-- that; else from the largest usage of all.
local function carried(limits, states, policy, key, rings)
  local most = 0
  for _, s in ipairs(states) do
    most = math.max(most, s.limit.algorithm.used(s))
  end
  local carriedStates = newStates(policy, key, rings)
  for i, limit in ipairs(policy) do
    local before = limits[i]
    if before and before.kind == limit.kind and (limit.kind ~= 1 or before.variant == limit.variant) then
      limit.algorithm.carryOver(carriedStates[i], states[i])
    else
      limit.algorithm.charge(carriedStates[i], most)
    end
  end
  return carriedStates
end

local function available(states, finish)
  local least = 1000000000000
  for _, s in ipairs(states) do
    least = math.min(least, s.limit.algorithm.available(s, finish))
  end
  return least
end

local function take(states, permits, usedAt)
  for _, s in ipairs(states) do
    s.limit.algorithm.take(s, permits, usedAt)
  end
end

local function giveBack(states, permits)
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBack(s, permits)
  end
end

-- What each operation does: whether it is allowed, and whether it changed anything.
local operations = {}

operations[ACQUIRE] = function(states, permits)
  if available(states, now) < permits then
    return false, false
  end
  take(states, permits, now)
  return true, true
end

operations[PEEK] = function(states, permits)
  return available(states, now) >= permits, false
end

operations[REFUND] = function(states, permits)
  giveBack(states, permits)
  return true, true
end

operations[LEASE] = function(states, least, most, micros)
  local finish = now + micros
  for _, s in ipairs(states) do
    finish = s.limit.algorithm.leaseEnd(s, finish)
  end
  local permits = math.min(available(states, finish), most)
  if permits < least then
    return false, false
  end
  take(states, permits, finish)
  return true, true
end

operations[BOOK] = function(states, permits, maxWait)
  local longest = maxWait
  for _, s in ipairs(states) do
    if permits > s.limit.capacity then
      return false, false
    end
    longest = math.min(longest, s.limit.longestWait)
  end
  local wait = 0
  for _, s in ipairs(states) do
    local turn, room = bucket.turnAfter(s, permits)
    if turn > longest or room > 0 then
      return false, false
    end
    wait = math.max(wait, turn)
  end
  take(states, permits, now + wait)
  return true, true
end

-- Whether no bucket was charged since a grant: the first one's debt is what the grant left behind.
local function isLast(states, grantedAt, mark)
  for _, s in ipairs(states) do
    if s.limit.kind == 1 then
      return debtAt(s, grantedAt) == mark
    end
  end
  return mark == 0
end

operations[GIVE_BACK] = function(states, permits, grantedAt, mark, usedAt)
  if now >= usedAt or not isLast(states, grantedAt, mark) then
    return true, false
  end
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBackLeased(s, permits, usedAt)
  end
  return true, true
end

operations[CANCEL] = function(states, permits, grantedAt, mark)
  if states[1].limit.kind ~= 1 or not isLast(states, grantedAt, mark) then
    return true, false
  end
  giveBack(states, permits)
  return true, true
end

local function show(states, out, n, permits)
  for _, s in ipairs(states) do
    n = s.limit.algorithm.show(s, out, n, permits)
  end
  return n
end

local function save(key, existed, policy, states, rings)
  local longest = 0
  for _, s in ipairs(states) do
    longest = math.max(longest, s.limit.algorithm.resetAfter(s))
  end
  local gone = format('%.0f', ceiled(now + longest, 1000))
  if longest > 0 then
    local text = { policy.signature }
    for i, s in ipairs(states) do
      text[i + 1] = s.limit.algorithm.save(s)
      if s.ring and s.capacity > 0 then
        redis.call('PEXPIREAT', s.ring, gone)
        rings[s.ring] = nil
      end
    end
    redis.call('SET', key, table.concat(text), 'PXAT', gone)
  elseif existed then
    redis.call('DEL', key)
  end
  for ring in pairs(rings) do
    redis.call('UNLINK', ring)
  end
end

local function decide(key, text, at, count)
  local rings = {}
  local limits, states
  if text then
    local readable
    readable, limits, states = pcall(loaded, text, key, rings)
    if not readable or not limits then
      return sub(text, 1, 32)
    end
  end
  local out, n, allowed, changed = {}, 0, 0, false
  local policy, asked
  for _ = 1, count do
    local operation, index, permits, a, b, c
    operation, index, permits, at = read('<BHI7', requests, at)
    if operation >= LEASE then
      a, b, c, at = read('<I7I7I7', requests, at)
    end
    local wanted = policyAt(index)
    if wanted ~= policy then
      if not limits then
        asked = newStates(wanted, key, rings)
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
    local yes, change = true, true
    if operation == RESET then
      asked = newStates(policy, key, rings)
    else
      yes, change = operations[operation](asked, permits, a, b, c)
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
