-- The short path: an item with one policy of one bucket that counts in microseconds, which is acquired
-- from, leased from and peeked at. A state of another version is left to the other path.
--
-- The debt of a bucket is what it lacks, in 1/p permits: a permit costs p, and a microsecond repays l. The
-- state is the instant at which the debt is repaid, tat, and the remainder, rem: debt = (tat - now) * l + rem.

if index ~= current then
  current = index
  local policy, capacity = ARGV[index], nil
  length = read('<B', policy)
  capacity, l, p = read('<I5I5I6', policy, length + 10)
  full = capacity * p
  signature = sub(policy, 2, length + 1)
  if l == 1 then
    words, size = '<I7', length + 7
  elseif l <= 256 then
    words, size = '<I7I1', length + 8
  else
    words, size = '<I7I2', length + 9
  end
end
local tail = state and #state - size or 0
if not state or ((tail == 0 or tail == AHEAD or tail == CUT or tail == CUT + AHEAD)
    and sub(state, 1, length) == signature) then
  decided = true
  local tat, rem, latest, generation = 0, 0, 0, 0
  if state then
    tat, rem = read(words, state, length + 1)
    if l == 1 then
      rem = 0
    end
    if tail > 0 and tat + (rem > 0 and 1 or 0) <= now then
      -- As if it had been dropped by now.
      tat, rem, tail = 0, 0, 0
    end
    if tail >= AHEAD then
      latest, generation = read('<I7I6', state, #state - AHEAD + 1)
    end
  end
  if plain == 2 then
    reply[last - 1], reply[last] = { tat, rem, latest, generation }, 0
  else
    reply[last - 1], reply[last] = tat, rem
  end
  local before = tat < now and 0 or (tat - now) * l + rem
  local debt, allowed = before, 0
  at = after
  for run = 1, runs do
    if run > 1 then
      operation, times, _, permits, at = read(RUN, requests, at)
    end
    local cost = permits * p
    if operation == LEASE then
      -- What refills until the lease ends must not be leased as well.
      local most, micros, random
      most, micros, random, at = read('<I7I7I6', requests, at)
      local owedAtEnd = math.max(debt, micros * l)
      local free = owedAtEnd >= full and 0 or (full - owedAtEnd - (full - owedAtEnd) % p) / p
      local granted = math.min(free, most)
      if granted >= permits then
        debt = owedAtEnd + granted * p
        allowed = allowed + 1
        if generation == 0 or latest < now then
          latest, generation = now + micros, random
        else
          latest = math.max(latest, now + micros)
        end
      end
    elseif debt + cost <= full then
      local fit = times
      if operation == ACQUIRE then
        if times > 1 then
          local free = full - debt
          fit = math.min(times, (free - free % cost) / cost)
        end
        debt = debt + fit * cost
      end
      allowed = allowed + fit
    end
  end
  if debt > before then
    local remainder = debt % l
    local filled = now + (debt - remainder) / l
    local gone = filled + (remainder > 0 and 1000 or 999)
    local text = signature .. write(words, filled, remainder)
    if tail == CUT or tail == CUT + AHEAD then
      text = text .. sub(state, size + 1, size + CUT)
    end
    if generation > 0 and latest >= now then
      text = text .. write('<I7I6', latest, generation)
    end
    redis.call('SET', KEYS[item], text, 'PXAT', (gone - gone % 1000) / 1000)
  end
  reply[last + 1] = allowed
end
