-- The short path. It decides every item that acquires from, leases from or peeks at one bucket, if the bucket
-- counts in microseconds and its state is of this version of the policy. It leaves all others to the general
-- path. It is one loop without functions of its own: they would be made anew in every call.
--
-- The debt of a bucket is what it lacks, in 1/p permits: a permit costs p, and a microsecond repays l. The
-- state is the instant at which the debt is repaid, tat, and the remainder, rem: debt = (tat - now) * l + rem.

-- The policy of the group before, and how it stores a state.
local current, l, p, full, signature, signatureLength, stateFormat, stateLength

local first = 1
while first <= itemCount do
  local items, path, runs, length, firstOperation, firstTimes, policy, firstPermits, secondRun =
    read(GROUP, requests, at)
  local last, firstRun = first + items - 1, at + GROUP_HEADER
  at = firstRun + length

  if path ~= GENERAL and policy ~= current then
    current = policy
    local text, capacity = ARGV[policy], nil
    signatureLength = read('<B', text)
    signature = sub(text, 2, signatureLength + 1)
    capacity, l, p = read(ONE_BUCKET_RATE, text, signatureLength + ONE_BUCKET_RATE_AT)
    full = capacity * p
    -- The remainder is less than l, which so tells its width.
    if l == 1 then
      stateFormat, stateLength = '<c' .. signatureLength .. 'I7B', signatureLength + 8
    elseif l <= 256 then
      stateFormat, stateLength = '<c' .. signatureLength .. 'I7I1B', signatureLength + 9
    else
      stateFormat, stateLength = '<c' .. signatureLength .. 'I7I2B', signatureLength + 10
    end
  end

  for item = first, last do
    -- The state. The short path leaves one that it cannot read.
    local state, short = stored[item], path ~= GENERAL
    local tail, tat, rem, exponent = 0, 0, 0, 0
    if short and state then
      local signed
      tail = #state - stateLength
      if tail == 0 or tail == AHEAD or tail == CUT or tail == CUT + AHEAD then
        if l == 1 then
          signed, tat, exponent = read(stateFormat, state)
        else
          signed, tat, rem, exponent = read(stateFormat, state)
        end
      end
      short = signed == signature
    end

    if short then
      -- A state that is full again counts as a new one: the server may have dropped it by now.
      local before = tat < now and 0 or (tat - now) * l + rem
      local latest, generation = 0, 0
      if tail > 0 then
        if before == 0 then
          tail = 0
        elseif tail >= AHEAD then
          latest, generation = read('<I7I6', state, #state - AHEAD + 1)
        end
      end

      -- The requests.
      local debt, allowed = before, 0
      local operation, times, permits, nextRun = firstOperation, firstTimes, firstPermits, secondRun
      for run = 1, runs do
        if run > 1 then
          local _
          operation, times, _, permits, nextRun = read(RUN, requests, nextRun)
        end
        local cost = permits * p
        if operation == LEASE then
          -- What refills until the lease ends must not be leased as well.
          local most, duration, random
          most, duration, random, nextRun = read(LEASE_OPERANDS, requests, nextRun)
          local debtAtEnd = math.max(debt, duration * l)
          local free = debtAtEnd >= full and 0 or (full - debtAtEnd - (full - debtAtEnd) % p) / p
          local granted = math.min(free, most)
          if granted >= permits then
            debt = debtAtEnd + granted * p
            allowed = allowed + 1
            generation = generation == 0 and random or generation
            latest = math.max(latest, now + duration)
          end
        elseif debt + cost <= full then
          local fitting = times
          if operation == ACQUIRE then
            if times > 1 then
              local free = full - debt
              fitting = math.min(times, (free - free % cost) / cost)
            end
            debt = debt + fitting * cost
          end
          allowed = allowed + fitting
        end
      end
      reply[2 * item], reply[2 * item + 1] = state, allowed

      -- The new state, if the debt has grown.
      if debt > before then
        local remainder = debt % l
        local repaidAt = now + (debt - remainder) / l
        local gone = remainder > 0 and repaidAt + 1 or repaidAt
        local goneBefore = before > 0 and (rem > 0 and tat + 1 or tat) or nil
        local newExponent, expiry, isThere = expiryOf(gone, exponent, goneBefore)
        local text = l == 1 and write(stateFormat, signature, repaidAt, newExponent)
          or write(stateFormat, signature, repaidAt, remainder, newExponent)
        if tail == CUT or tail == CUT + AHEAD then
          text = text .. sub(state, stateLength + 1, stateLength + CUT)
        end
        if generation > 0 then
          text = text .. write('<I7I6', math.max(latest, now), generation)
        end
        setState(KEYS[item], text, expiry, isThere)
      end
    else
      startOf, runsOf = startOf or {}, runsOf or {}
      startOf[item], runsOf[item] = firstRun, runs
      reply[2 * item], reply[2 * item + 1] = 0, 0
    end
  end
  first = last + 1
end
