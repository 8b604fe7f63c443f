-- Carries out the requests of the items that are not plain.
--
-- ARGV[1]  after the permits of a request: of a lease its most permits, its length and a random number;
--          of a booking the longest wait and a random number; of what is given back or cancelled the
--          grant: its instant, end and generation. A charge has its time ahead in place of permits,
--          and after it the permits of each counter. Numbers of seven bytes, the random ones and
--          generations of six.
-- returns  for each such item a list. An acquisition or a look is preceded by the counters of its policy
--          before it, unless the request before it was one too, under the same policy, which has no
--          sliding log: then the caller knows them. Any other request is followed by the counters after it; a
--          lease or a booking then by what was granted (0 if it was refused), its end and generation.
--          In the end, how many were allowed. From this the caller computes the decisions.

local function show(counters, out, n, permits)
  for i = 1, #counters do
    n = counters[i].limit.algorithm.show(counters[i], out, n, permits)
  end
  return n
end

-- What an operation takes besides permits, and where the next one is.
local function operandsAt(operation, policy, at)
  if operation == LEASE then
    return at + 20, read('<I7I7I6', requests, at)
  elseif operation == BOOK then
    return at + 13, read('<I7I6', requests, at)
  elseif operation == GIVE_BACK or operation == CANCEL then
    return at + 20, read('<I7I7I6', requests, at)
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

local function decide(key, text, at, runs)
  local state, step, asked, known
  local out, n, allowed, changed = {}, 0, 0, false
  for _ = 1, runs do
    local operation, times, index, permits, a, b, c
    operation, times, index, permits, at = read('<BHHI7', requests, at)
    local policy = limits.policyAt(index)
    local asks = operation == ACQUIRE or operation == PEEK
    if not asks then
      operations = operations or makeOperations()
      at, a, b, c = operandsAt(operation, policy, at)
    end
    if not state then
      local readable
      readable, state = pcall(counters.loaded, key, text, policy)
      if not readable or not state then
        return sub(text, 1, 32)
      end
    end
    if operation == RESET then
      counters.forget(state)
      changed, step = true, nil
    end
    if policy ~= asked then
      step, asked = nil, policy
    end
    for _ = 1, times do
      step = step or counters.stepOf(state, policy)
      if asks and (known ~= policy or policy.logs) then
        n = show(step.own, out, n, permits)
        known = policy
      end
      local yes
      if asks then
        yes = available(step, now) >= permits
        if yes and operation == ACQUIRE then
          take(step, permits, now, now)
        end
      else
        yes = operation == RESET or operations[operation](step, permits, a, b, c)
        n = show(step.own, out, n, permits)
        if operation == LEASE or operation == BOOK then
          out[n + 1], out[n + 2], out[n + 3] = step.granted or 0, step.usedAt or 0, step.generation
          n = n + 3
          step.granted, step.usedAt = nil, nil
        end
        known = nil
      end
      if yes then
        allowed = allowed + 1
      end
      if step.changed or (step.creates and not yes and operation ~= PEEK and versions().createsUsed(step)) then
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
  out[n + 1] = allowed
  return out
end

for item = 1, items do
  if starts[item] then
    reply[3 * item - 1] = decide(KEYS[item], stored[item], starts[item], counts[item])
    reply[3 * item] = type(reply[3 * item - 1]) == 'table' and 1 or 0
  end
end
return reply
