-- Decides one item on the general path: the requests on one key, in their order.
--
-- returns  a list, and the instant until which the key was drained before. If the state is unreadable, only its
--          first bytes. In the list, a request that acquires or peeks is preceded by the counters of its policy
--          before it. They are left out if the caller can compute them: the request before it was one too, under
--          the same policy, which has no sliding log. Any other request is followed by the counters after it. A
--          lease, a reservation or a hold is then followed by the permits granted (0 if it was refused), the
--          instant at which they count as used, and the generation; a charge is followed by the permits that
--          were not charged. At the end, how many requests were allowed.

local operations

-- Appends to a list what the caller needs of each counter; returns the length of the list. The permits are the
-- same for all counters, unless each counter has its own number.
local function report(counters, list, length, permits, each)
  for i = 1, #counters do
    length = counters[i].limit.algorithm.report(counters[i], list, length, each and each[i] or permits)
  end
  return length
end

local function decideItem(key, stored, at, runs)
  local list, length, allowedCount = {}, 0, 0
  -- The state, and whether it must be saved; what the policy sees of the state; the policy whose counters
  -- the caller can compute.
  local state, changed, step, policy, computed
  local drainedUntil
  for _ = 1, runs do
    local operation, times, index, permits, operands
    operation, times, index, permits, at = read(RUN, requests, at)
    local nextPolicy = limits.policyAt(index)
    local acquiresOrPeeks = operation == ACQUIRE or operation == PEEK
    if not acquiresOrPeeks then
      operations = operations or makeOperations()
      operands, at = operations.operandsAt(at, operation, nextPolicy)
    end

    if not state then
      local readable
      readable, state = pcall(counters.loaded, key, stored, nextPolicy)
      if not readable or not state then
        return sub(stored, 1, 32)
      end
      drainedUntil = state.drained
    end
    if operation == RESET then
      counters.forget(state)
      changed, step = true, nil
    end
    if nextPolicy ~= policy then
      step, policy = nil, nextPolicy
    end

    for _ = 1, times do
      local allowed
      step = step or counters.stepOf(state, policy)
      if acquiresOrPeeks then
        if computed ~= policy or policy.logs then
          length = report(step.own, list, length, permits)
          computed = policy
        end
        allowed = available(step, now) >= permits
        if allowed and operation == ACQUIRE then
          take(step, permits, now, now)
        end
      else
        allowed = operation == RESET or operations[operation](step, permits, operands)
        length = report(step.own, list, length, permits, operation == HOLD_EACH and operands)
        length = operations.reportMore(operation, step, list, length)
        computed = nil
      end
      if allowed then
        allowedCount = allowedCount + 1
      end
      -- A refusal keeps nothing but a counter that it had to create.
      if step.changed
          or (step.creates and not allowed and operation ~= PEEK and versions().createsUsed(step)) then
        step.changed, changed = false, true
        counters.keep(state, step, policy, operation)
        -- The state serves as the next step if all its counters are of this version.
        step = state.version == policy and state or nil
      end
    end
  end
  if changed then
    counters.save(state, stored)
  end
  list[length + 1] = allowedCount
  return list, drainedUntil
end
