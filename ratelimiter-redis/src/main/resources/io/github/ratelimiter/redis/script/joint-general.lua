-- The keys of joint requests that the short path has left, one by one on the general path.

local states, policies, steps, lists, changed = {}, {}, {}, {}, {}

-- Returns the permits if they are available, false if not; nil if the state cannot be read.
local function fits(item, index, permits)
  local policy = limits.policyAt(index)
  if states[item] == nil then
    local readable, state = pcall(counters.loaded, KEYS[item], stored[item], policy)
    states[item], lists[item] = readable and state or false, {}
  end
  if not states[item] then
    return nil
  end
  local step, list = counters.stepOf(states[item], policy), lists[item]
  policies[item], steps[item] = policy, step
  report(step.own, list, #list, permits)
  return available(step, now) >= permits and permits
end

local function keep(item)
  local step = steps[item]
  step.changed, changed[item] = false, true
  counters.keep(states[item], step, policies[item], ACQUIRE)
end

-- Takes permits. If a random number is given, the permits can be released later.
local function takeOf(item, permits, random)
  local step, list = steps[item], lists[item]
  if random and step.generation == 0 then
    step.generation = random
  end
  take(step, permits, now, now)
  if random then
    list[#list + 1] = step.generation
  end
  keep(item)
end

-- A refusal keeps nothing but a counter that it had to create.
local function refuse(item)
  if steps[item].creates and versions().createsUsed(steps[item]) then
    keep(item)
  end
end

-- Writes a state that has changed; returns what the caller needs to know.
local function saveOf(item)
  if not states[item] then
    return sub(stored[item], 1, 32), -1
  end
  if changed[item] then
    counters.save(states[item], stored[item])
  end
  return lists[item], states[item].drained
end

general = { fits = fits, take = takeOf, refuse = refuse, save = saveOf }
