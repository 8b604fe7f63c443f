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

  --include one-bucket-policy.lua

  for item = first, last do
    --include one-bucket-load.lua
    if short then
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

      --include one-bucket-save.lua
    else
      startOf, runsOf = startOf or {}, runsOf or {}
      startOf[item], runsOf[item] = firstRun, runs
      reply[2 * item], reply[2 * item + 1] = 0, 0
    end
  end
  first = last + 1
end
