-- The operations on a step, which is what one version of a policy sees of a state (see state.lua). Each
-- returns whether it is allowed, and notes in the step that it has changed something. All but acquire and
-- peek are made when one of them is needed.

-- Returns how many permits all counters have that are to be used until an instant.
local function available(step, lastUse)
  if step.drained > now then
    return 0
  end
  local least = 1000000000000
  for i = 1, #step.own do
    local counter = step.own[i]
    local permits = counter.limit.algorithm.available(counter, lastUse)
    if permits < least then
      least = permits
    end
  end
  return least
end

-- Notes that a counter did not take all of a charge. The note is later than every grant that may yet be
-- returned, also after the clock went back.
local function noteCut(step, counter)
  counter.cutAt = math.max(now, 1, counter.cutAt, step.latest)
end

local function chargeOthers(step, permits, usedAt, lastUse, later)
  for i = 1, #step.others do
    local counter = step.others[i]
    if counter.limit.algorithm.charge(counter, permits, usedAt, lastUse, later, 0) > 0 then
      noteCut(step, counter)
    end
  end
end

-- While permits can be returned, the latest date of all grants is kept.
local function grantedUntil(step, usedAt)
  if step.generation > 0 then
    step.latest = math.max(step.latest, usedAt)
  end
end

-- Takes permits that count as used at an instant. The last one is used at another, which decides the window.
local function take(step, permits, usedAt, lastUse)
  step.changed = true
  for i = 1, #step.own do
    local counter = step.own[i]
    counter.limit.algorithm.take(counter, permits, usedAt)
  end
  if step.others ~= NONE then
    chargeOthers(step, permits, usedAt, lastUse, math.max(usedAt, step.latest))
  end
  grantedUntil(step, usedAt)
  return true
end

local function makeOperations()
  limits.completeAlgorithms()

  -- Returns what an operation takes besides permits, and where the next run is. See wire.lua.
  local function operandsAt(at, operation, policy)
    if operation == REFUND or operation == RESET or operation == DRAIN then
      return nil, at
    end
    local operands = {}
    if operation == LEASE then
      operands.most, operands.duration, operands.random, at = read(LEASE_OPERANDS, requests, at)
    elseif operation == RESERVE then
      operands.longestWait, operands.random, at = read('<I7I6', requests, at)
    elseif operation == HOLD then
      operands.most, operands.random, at = read('<I7I6', requests, at)
    elseif operation == HOLD_EACH then
      operands.random, at = read('<I6', requests, at)
    elseif operation == RETURN_LEASE or operation == RELEASE then
      operands.grantedAt, operands.usedAt, operands.generation, at = read('<I7I7I6', requests, at)
    end
    if operation == HOLD_EACH or operation == RELEASE then
      for i = 1, #policy do
        operands[i], at = read('<I7', requests, at)
      end
    elseif operation == CHARGE then
      operands.debts = {}
      for i = 1, #policy do
        operands[i], operands.debts[i], at = read('<I7I5', requests, at)
      end
    end
    return operands, at
  end

  local grants = { [LEASE] = true, [RESERVE] = true, [HOLD] = true, [HOLD_EACH] = true }

  -- Appends to a list what else the caller needs: the grant that can be returned, or the number of permits that
  -- were not charged. Returns the length of the list.
  local function reportMore(operation, step, list, length)
    if operation == CHARGE then
      length = length + 1
      list[length] = step.uncounted
    elseif grants[operation] then
      list[length + 1], list[length + 2], list[length + 3] = step.granted or 0, step.usedAt or 0, step.generation
      step.granted, step.usedAt = nil, nil
      length = length + 3
    end
    return length
  end

  local function wasCut(step)
    for i = 1, #step.own do
      if step.own[i].cutAt > 0 then
        return true
      end
    end
    return false
  end

  -- A log that was copied from another one reads its ring until it is kept. It must have its own before the
  -- other one changes.
  local function settleCopies(step)
    for i = 1, step.creates and #step.own or 0 do
      local counter = step.own[i]
      if counter.copied then
        counter.limit.algorithm.settle(counter)
      end
    end
  end

  -- Notes a grant that can be returned.
  local function grant(step, permits, usedAt, random)
    if step.generation == 0 then
      step.generation = random
    end
    grantedUntil(step, usedAt)
    step.granted, step.usedAt = permits, usedAt
    return true
  end

  -- Grants permits that are used now: as many as are available, from the fewest to the most that are requested.
  local function hold(step, least, operands)
    local permits = math.min(available(step, now), operands.most)
    return permits >= least
      and take(step, permits, now, now)
      and grant(step, permits, now, operands.random)
  end

  -- Grants a number of permits of each counter, which are used now.
  local function holdEach(step, most, operands)
    if step.drained > now then
      return false
    end
    for i, counter in ipairs(step.own) do
      if counter.limit.algorithm.available(counter, now) < operands[i] then
        return false
      end
    end
    step.changed = true
    -- A log of which nothing is taken would not get its own ring by itself.
    settleCopies(step)
    for i, counter in ipairs(step.own) do
      if operands[i] > 0 then
        counter.limit.algorithm.take(counter, operands[i], now)
      end
    end
    chargeOthers(step, most, now, now, math.max(now, step.latest))
    grantedUntil(step, now)
    return grant(step, most, now, operands.random)
  end

  -- Grants as many permits as there are, up to the most that is asked for. Every counter may end the lease
  -- earlier.
  local function lease(step, least, operands)
    local leaseEnd = now + operands.duration
    for _, group in ipairs({ step.own, step.others }) do
      for _, counter in ipairs(group) do
        leaseEnd = counter.limit.algorithm.leaseEnd(counter, leaseEnd)
      end
    end
    local permits = math.min(available(step, leaseEnd), operands.most)
    step.usedAt = leaseEnd
    return permits >= least
      and take(step, permits, leaseEnd, leaseEnd - 1)
      and grant(step, permits, leaseEnd, operands.random)
  end

  -- Grants permits at the caller's turn: the latest that a counter gives.
  local function reserve(step, permits, operands)
    local longestWait, wait = operands.longestWait, math.max(step.drained - now, 0)
    for _, counter in ipairs(step.own) do
      if permits > counter.limit.capacity then
        return false
      end
      longestWait = math.min(longestWait, counter.limit.longestWait)
    end
    if wait > longestWait then
      return false
    end
    for _, counter in ipairs(step.own) do
      local turn, room = counter.limit.algorithm.turnAfter(counter, permits)
      if turn > longestWait or room > 0 then
        return false
      end
      wait = math.max(wait, turn)
    end
    return take(step, permits, now + wait, now + wait) and grant(step, permits, now + wait, operands.random)
  end

  -- Charges permits that were used without a decision. No counter is raised beyond its capacity and its debt.
  local function charge(step, ahead, permits)
    local most = 0
    step.uncounted = 0
    -- Without other versions, and without grants that may yet be returned, nobody needs the note of a cut.
    local notes = #step.others > 0 or wasCut(step) or step.generation > 0
    local later = math.max(now + ahead, step.latest)
    for i = 1, #step.own do
      most = math.max(most, permits[i])
    end
    if most > 0 then
      step.changed = true
      settleCopies(step)
      for i, counter in ipairs(step.own) do
        local cut = permits[i] > 0
            and counter.limit.algorithm.charge(counter, permits[i], now, now, later, permits.debts[i])
          or 0
        if cut > 0 and notes then
          noteCut(step, counter)
        end
        step.uncounted = math.max(step.uncounted, cut)
      end
      chargeOthers(step, most, now, now, later)
      -- At the latest when all counters are full again, the charge does not matter any more.
      local longest = math.max(counters.longest(step.own), counters.longest(step.others))
      grantedUntil(step, now + math.min(ahead, longest))
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

  -- Returns permits of a grant to every counter that took all of it. An own counter may have its own number. All
  -- others get the same number.
  local function release(step, permits, grant)
    if step.generation == 0 or step.generation ~= grant.generation then
      return true
    end
    step.changed = true
    settleCopies(step)
    grant.latest = step.latest
    -- Then no bucket has refilled for a later grant.
    grant.isLast = step.latest == grant.usedAt
    local function releaseTo(counter, permits)
      local tookAll = counter.cutAt == 0 or counter.cutAt < grant.grantedAt
      if permits > 0 and tookAll and not counter.created then
        counter.limit.algorithm.release(counter, permits, grant)
      end
    end
    for i, counter in ipairs(step.own) do
      releaseTo(counter, grant[i] or permits)
    end
    for _, counter in ipairs(step.others) do
      releaseTo(counter, permits)
    end
    return true
  end

  local function returnLease(step, permits, grant)
    return now >= grant.usedAt or release(step, permits, grant)
  end

  -- Makes all permits unavailable for a duration. The end is rounded up to a millisecond.
  local function drain(step, duration)
    step.changed = true
    step.drained = math.max(step.drained, ceiled(now + duration, 1000) * 1000)
    return true
  end

  return {
    operandsAt = operandsAt,
    reportMore = reportMore,
    [REFUND] = refund,
    [HOLD] = hold,
    [HOLD_EACH] = holdEach,
    [DRAIN] = drain,
    [LEASE] = lease,
    [RESERVE] = reserve,
    [RETURN_LEASE] = returnLease,
    [RELEASE] = release,
    [CHARGE] = charge,
  }
end
