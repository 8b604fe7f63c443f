-- The short path. It decides every item that acquires from, leases from or peeks at one bucket, if the bucket
-- counts in microseconds and its state is of this version of the policy. It leaves all others to the general
-- path. It is one loop without functions of its own: they would be made anew in every call.
--
-- The debt of a bucket is what it lacks, in 1/p permits: a permit costs p, and a microsecond repays l. The
-- state is the instant at which the debt is repaid, tat, and the remainder, rem: debt = (tat - now) * l + rem.

-- The policy that the item before had, and how it stores a state.
local current, l, p, full, signature, signatureLength, wordFormat, stateLength

for item = 1, itemCount do
  local state, last = stored[item], 3 * item
  local path, runs, length, operation, times, policy, permits, after = read(ITEM, requests, at)

  if path ~= GENERAL and policy ~= current then
    current = policy
    local text, capacity = ARGV[policy], nil
    signatureLength = read('<B', text)
    signature = sub(text, 2, signatureLength + 1)
    capacity, l, p = read(ONE_BUCKET_RATE, text, signatureLength + ONE_BUCKET_RATE_AT)
    full = capacity * p
    -- The remainder is less than l, which so tells its width.
    if l == 1 then
      wordFormat, stateLength = '<I7', signatureLength + 7
    elseif l <= 256 then
      wordFormat, stateLength = '<I7I1', signatureLength + 8
    else
      wordFormat, stateLength = '<I7I2', signatureLength + 9
    end
  end

  local tail = state and path ~= GENERAL and #state - stateLength or 0
  if path ~= GENERAL and (not state or ((tail == 0 or tail == AHEAD or tail == CUT or tail == CUT + AHEAD)
      and sub(state, 1, signatureLength) == signature)) then

    -- The state. One that is full again counts as a new one: the server may have dropped it by now.
    local tat, rem, latest, generation = 0, 0, 0, 0
    if state then
      tat, rem = read(wordFormat, state, signatureLength + 1)
      if l == 1 then
        rem = 0
      end
      if tail > 0 and tat + (rem > 0 and 1 or 0) <= now then
        tat, rem, tail = 0, 0, 0
      end
      if tail >= AHEAD then
        latest, generation = read('<I7I6', state, #state - AHEAD + 1)
      end
    end
    if path == SHORT_WITH_LEASES then
      reply[last - 1], reply[last] = { tat, rem, latest, generation }, 0
    else
      reply[last - 1], reply[last] = tat, rem
    end

    -- The requests.
    local before = tat < now and 0 or (tat - now) * l + rem
    local debt, allowed, _ = before, 0, nil
    at = after
    for run = 1, runs do
      if run > 1 then
        operation, times, _, permits, at = read(RUN, requests, at)
      end
      local cost = permits * p
      if operation == LEASE then
        -- What refills until the lease ends must not be leased as well.
        local most, duration, random
        most, duration, random, at = read(LEASE_OPERANDS, requests, at)
        local debtAtEnd = math.max(debt, duration * l)
        local free = debtAtEnd >= full and 0 or (full - debtAtEnd - (full - debtAtEnd) % p) / p
        local granted = math.min(free, most)
        if granted >= permits then
          debt = debtAtEnd + granted * p
          allowed = allowed + 1
          if generation == 0 or latest < now then
            latest, generation = now + duration, random
          else
            latest = math.max(latest, now + duration)
          end
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
    reply[last + 1] = allowed

    -- The new state, if the debt has grown. Its expiry is rounded up to milliseconds.
    if debt > before then
      local remainder = debt % l
      local repaidAt = now + (debt - remainder) / l
      local expiry = repaidAt + (remainder > 0 and 1000 or 999)
      local text = signature .. write(wordFormat, repaidAt, remainder)
      if tail == CUT or tail == CUT + AHEAD then
        text = text .. sub(state, stateLength + 1, stateLength + CUT)
      end
      if generation > 0 and latest >= now then
        text = text .. write('<I7I6', latest, generation)
      end
      redis.call('SET', KEYS[item], text, 'PXAT', (expiry - expiry % 1000) / 1000)
    end
  else
    startOf, runsOf = startOf or {}, runsOf or {}
    startOf[item], runsOf[item] = at + ITEM_HEADER, runs
    reply[last - 1], reply[last], reply[last + 1] = 0, 0, 0
    at = at + ITEM_HEADER + length
  end
end
