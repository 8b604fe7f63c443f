-- Decides requests on keys that share a hash slot, each key's in order, in one atomic step.
--
-- KEYS     the state of each item, then the rings of those of its limits that are sliding logs
-- ARGV[1]  how many items, then for each of them: whether it is plain (1; 2 with leases), how many runs
--          of requests, their length, and the runs: operation, how many times, policy (where in ARGV),
--          permits and what else the operation takes (see decide.lua)
-- ARGV[2]  and so on: the policies; each is the length of its signature, the signature, and for each
--          counter what it says: the length of its definition, its first byte, the period, the capacity;
--          of a bucket l, p and how long callers may wait, which are 0 of another
-- returns  now, then three values for each item. Of a plain one tat and rem before the requests, and how
--          many were allowed; with leases the first is a list of tat, rem, until and generation, and the
--          second 0. Of another a list (see decide.lua), 1, and 0. If what is stored cannot be read: its
--          beginning, and two zeros
-- stored   one string a key: a signature, the words of each counter, and a tail. The signature is a byte
--          of 32 + counters - 1, then defines each counter: a byte of 16 * algorithm + 4 * variant + unit,
--          a byte for the widths of the numbers that follow, and these: limit, period in milliseconds
--          and, where it is not the limit, the capacity. The tail has for each counter the instant at
--          which a charge was last cut, if there is one; then until and generation, if permits were
--          granted ahead. Its length tells which. Numbers are integers, the lowest byte first.
-- expires  state and expiry are written together; the key goes when all its counters are full again
--
-- All numbers are integers below 2^53, which Lua's doubles hold exactly, and the server writes them in
-- full where a command takes one; (a - a % b) / b is a / b rounded down. This file does what nearly every
-- call needs; the others follow if it is not enough.

local read, write, sub = struct.unpack, struct.pack, string.sub

local ACQUIRE, PEEK, REFUND, RESET, LEASE, BOOK, GIVE_BACK, CANCEL, CHARGE = 0, 1, 2, 3, 4, 5, 6, 7, 8

-- The lengths of a tail's two parts, for one counter.
local CUT, AHEAD = 7, 13

local requests = ARGV[1]
local items, at = read('<H', requests)
local stored = items == 1 and { redis.call('GET', KEYS[1]) } or redis.call('MGET', unpack(KEYS, 1, items))
local reply = { now }
local others = 0
local starts, counts

-- A plain item: one bucket that counts in microseconds and has a small l; acquired from, leased from and looked at.
-- What is missing in it, in 1/p permits, is its debt; a permit costs p, and a microsecond repays l.
local current, signature, words, length, size, l, p, full, _
for item = 1, items do
  local state, last = stored[item], 3 * item
  local plain, runs, bytes, operation, times, index, permits, after = read('<BHI4BHHI7', requests, at)
  if plain > 0 and index ~= current then
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
  local tail = state and plain > 0 and #state - size or 0
  if plain > 0 and (not state or ((tail == 0 or tail == AHEAD or tail == CUT or tail == CUT + AHEAD)
      and sub(state, 1, length) == signature)) then
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
        operation, times, _, permits, at = read('<BHHI7', requests, at)
      end
      local cost = permits * p
      if operation == LEASE then
        -- What refills until the lease ends must not be lent as well.
        local most, micros, random
        most, micros, random, at = read('<I7I7I6', requests, at)
        local owed = math.max(debt, micros * l)
        local free = owed >= full and 0 or (full - owed - (full - owed) % p) / p
        local lent = math.min(free, most)
        if lent >= permits then
          debt = owed + lent * p
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
  else
    if others == 0 then
      starts, counts = {}, {}
    end
    others = others + 1
    at = at + 7
    starts[item], counts[item] = at, runs
    reply[last - 1], reply[last], reply[last + 1] = 0, 0, 0
    at = at + bytes
  end
end
if others == 0 then
  return reply
end

