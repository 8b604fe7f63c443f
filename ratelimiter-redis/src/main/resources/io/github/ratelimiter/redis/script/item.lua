-- Decides one item: the requests on one key, in their order.
--
-- returns  a list. A request that acquires or peeks is preceded by the counters of its policy before it,
--          unless the caller can compute them: the request before it was one too, under the same policy,
--          which has no sliding log. Any other request is followed by the counters after it. A lease or a
--          reservation is then followed by the permits granted (0 if it was refused), the instant at which
--          they count as used, and the generation. At the end, how many requests were allowed.

-- Appends what a caller needs to know of each counter.
local function report(counters, list, n, permits)
  for i = 1, #counters do
    n = counters[i].limit.algorithm.show(counters[i], list, n, permits)
  end
  return n
end

-- Returns where the next request is, and what an operation takes besides permits.
local function operandsOf(operation, policy, at)
  if operation == LEASE or operation == RETURN_LEASE or operation == CANCEL_RESERVATION then
    return at + 20, read('<I7I7I6', requests, at)
  elseif operation == RESERVE then
    return at + 13, read('<I7I6', requests, at)
  elseif operation == CHARGE then
    local permits = {}
    for i = 1, #policy do
      permits[i] = read('<I7', requests, at + 7 * (i - 1))
    end
    return at + 7 * #policy, permits
  end
  return at
end

local operations

-- Carries out an acquisition or a peek; returns whether it is allowed.
local function acquireOrPeek(operation, step, permits)
  local allowed = available(step, now) >= permits
  if allowed and operation == ACQUIRE then
    take(step, permits, now, now)
  end
  return allowed
end

-- Appends what was granted ahead of its use.
local function reportGrant(step, list, n)
  list[n + 1], list[n + 2], list[n + 3] = step.granted or 0, step.usedAt or 0, step.generation
  step.granted, step.usedAt = nil, nil
  return n + 3
end

-- Whether a request has changed the state. A refusal keeps nothing but a counter that it needed.
local function hasChanged(operation, step, allowed)
  return step.changed
    or (step.creates and not allowed and operation ~= PEEK and versions().createsUsed(step))
end

local function decideItem(key, text, at, runs)
  local state, step, policy, known
  local list, n, allowedInAll, changed = {}, 0, 0, false
  for _ = 1, runs do
    local operation, times, index, permits, a, b, c
    operation, times, index, permits, at = read(RUN, requests, at)
    local asked = limits.policyAt(index)
    local asks = operation == ACQUIRE or operation == PEEK
    if not asks then
      operations = operations or makeOperations()
      at, a, b, c = operandsOf(operation, asked, at)
    end
    if not state then
      local readable
      readable, state = pcall(counters.loaded, key, text, asked)
      if not readable or not state then
        return sub(text, 1, 32)
      end
    end
    if operation == RESET then
      counters.forget(state)
      changed, step = true, nil
    end
    if asked ~= policy then
      step, policy = nil, asked
    end
    for _ = 1, times do
      step = step or counters.stepOf(state, policy)
      local allowed
      if asks then
        if known ~= policy or policy.logs then
          n = report(step.own, list, n, permits)
          known = policy
        end
        allowed = acquireOrPeek(operation, step, permits)
      else
        allowed = operation == RESET or operations[operation](step, permits, a, b, c)
        n = report(step.own, list, n, permits)
        if operation == LEASE or operation == RESERVE then
          n = reportGrant(step, list, n)
        end
        known = nil
      end
      if allowed then
        allowedInAll = allowedInAll + 1
      end
      if hasChanged(operation, step, allowed) then
        step.changed, changed = false, true
        counters.keep(state, step, policy, operation)
        -- The state serves as the next step if all its counters are of this version.
        step = state.version == policy and state or nil
      end
    end
  end
  if changed then
    counters.save(state, text)
  end
  list[n + 1] = allowedInAll
  return list
end
