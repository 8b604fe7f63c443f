-- The operations on a state. Each returns whether it is allowed, and notes in the step that it has changed
-- something. All but acquire and peek are made when one of them is needed.

local function available(step, finish)
  local least = 1000000000000
  for i = 1, #step.own do
    local counter = step.own[i]
    local permits = counter.limit.algorithm.available(counter, finish)
    if permits < least then
      least = permits
    end
  end
  return least
end

-- Noted after every grant that may yet be returned, also after the clock went back.
local function noteCut(step, counter)
  counter.cutAt = math.max(now, 1, counter.cutAt, step.latest)
end

local function chargeOthers(step, permits, usedAt, lastUse, later)
  for i = 1, #step.others do
    local counter = step.others[i]
    if counter.limit.algorithm.charge(counter, permits, usedAt, lastUse, later) then
      noteCut(step, counter)
    end
  end
end

local function take(step, permits, usedAt, lastUse)
  step.changed = true
  for i = 1, #step.own do
    local counter = step.own[i]
    counter.limit.algorithm.take(counter, permits, usedAt)
  end
  if step.others ~= NONE then
    chargeOthers(step, permits, usedAt, lastUse, math.max(usedAt, step.latest))
  end
  return true
end

local function makeOperations()
  limits.completeAlgorithms()

  local function wasCut(step)
    for i = 1, #step.own do
      if step.own[i].cutAt > 0 then
        return true
      end
    end
    return false
  end

  -- Notes what was granted ahead of its use.
  local function grant(step, permits, usedAt, random)
    if step.generation == 0 or step.latest < now then
      step.latest, step.generation = usedAt, random
    end
    step.latest = math.max(step.latest, usedAt)
    step.granted, step.usedAt = permits, usedAt
    return true
  end

  local function lease(step, least, most, micros, random)
    local finish = now + micros
    for _, some in ipairs({ step.own, step.others }) do
      for _, counter in ipairs(some) do
        finish = counter.limit.algorithm.leaseEnd(counter, finish)
      end
    end
    local permits = math.min(available(step, finish), most)
    step.usedAt = finish
    return permits >= least and take(step, permits, finish, finish - 1) and grant(step, permits, finish, random)
  end

  local function reserve(step, permits, maxWait, random)
    local longestWait, wait = maxWait, 0
    for _, counter in ipairs(step.own) do
      if permits > counter.limit.capacity then
        return false
      end
      longestWait = math.min(longestWait, counter.limit.longestWait)
    end
    for _, counter in ipairs(step.own) do
      local turn, room = counter.limit.algorithm.turnAfter(counter, permits)
      if turn > longestWait or room > 0 then
        return false
      end
      wait = math.max(wait, turn)
    end
    return take(step, permits, now + wait, now + wait) and grant(step, permits, now + wait, random)
  end

  -- Counts permits that were used without asking. No counter is raised beyond its capacity.
  local function charge(step, ahead, asked)
    local most = 0
    -- Without other versions, and without grants that may yet be returned, nobody needs the note.
    local needed = #step.others > 0 or wasCut(step) or (step.generation ~= 0 and step.latest >= now)
    local later = math.max(now + ahead, step.latest)
    for i = 1, #step.own do
      most = math.max(most, asked[i])
    end
    if most > 0 then
      step.changed = true
      for i, counter in ipairs(step.own) do
        if asked[i] > 0 and counter.limit.algorithm.charge(counter, asked[i], now, now, later) and needed then
          noteCut(step, counter)
        end
      end
      chargeOthers(step, most, now, now, later)
    end
    return true
  end

  local function refund(step, permits)
    step.changed = true
    for _, counter in ipairs(step.own) do
      counter.limit.algorithm.giveBack(counter, permits)
    end
    for _, counter in ipairs(step.others) do
      if counter.cutAt == 0 then
        counter.limit.algorithm.giveBack(counter, permits)
      end
    end
    return true
  end

  -- Returns permits of a grant to every counter that took all of it.
  local function release(step, permits, grantedAt, usedAt, generation)
    if step.generation == 0 or step.generation ~= generation then
      return true
    end
    step.changed = true
    local grant = { grantedAt = grantedAt, usedAt = usedAt, latest = step.latest }
    local function tookAll(counter)
      return counter.cutAt == 0 or counter.cutAt < grantedAt
    end
    -- Then no bucket has refilled for a later grant.
    grant.last = now <= usedAt and step.latest == usedAt
    for _, some in ipairs({ step.own, step.others }) do
      for _, counter in ipairs(some) do
        if not counter.created and tookAll(counter) then
          counter.limit.algorithm.release(counter, permits, grant)
        end
      end
    end
    return true
  end

  local function returnLease(step, permits, grantedAt, usedAt, generation)
    return now >= usedAt or release(step, permits, grantedAt, usedAt, generation)
  end

  return {
    [REFUND] = refund,
    [LEASE] = lease,
    [RESERVE] = reserve,
    [RETURN_LEASE] = returnLease,
    [CANCEL_RESERVATION] = release,
    [CHARGE] = charge,
  }
end
