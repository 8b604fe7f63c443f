-- Decides requests on keys that share a hash slot, each key's in order, in one atomic step.
--
-- KEYS     the state of each item, then the rings of those of its limits that are sliding logs
-- ARGV[1]  how many items, then for each of them: whether it is plain, how many runs of requests, their
--          length, and the runs: operation, how many times, policy (where in ARGV), permits and what
--          else the operation takes
-- ARGV[2]  and so on: the policies; each begins with its signature, then has for each limit the
--          capacity, and for a bucket how long callers may wait
-- returns  now, then three values for each item: of a plain one tat and rem before the requests, and
--          how many were allowed; of another a list (see decide.lua) or, if what is stored cannot be
--          read, its beginning; and two zeros
-- stored   one string a key: the signature of the policy that wrote it, then the words of each limit.
--          A signature is a byte of 16 + limits - 1 (the 1 is the format), then for each limit a byte
--          (16 * algorithm + 8 if l and rem are wide + 4 * variant + unit) and its rate: l and p, or
--          the period. It says how to read the words, and what the limit counted as used, when the
--          policy has changed since.
--          Numbers are integers, the lowest byte first.
-- expires  state and expiry are written together; the key goes when all its limits are as for a key
--          never used. A refusal writes nothing.
--
-- All numbers are integers below 2^53, which Lua's doubles hold exactly, and the server writes them in
-- full where a command takes one; (a - a % b) / b is a / b rounded down. This file does what nearly every call needs; the others follow if it is not enough.

local read, write, sub = struct.unpack, struct.pack, string.sub

local ACQUIRE, PEEK, REFUND, RESET, LEASE, BOOK, GIVE_BACK, CANCEL, CHARGE = 0, 1, 2, 3, 4, 5, 6, 7, 8

local requests = ARGV[1]
local items, at = read('<H', requests)
local stored = items == 1 and { redis.call('GET', KEYS[1]) } or redis.call('MGET', unpack(KEYS, 1, items))
local reply = { now }
local others = 0
local starts, counts

-- A plain item: one bucket that counts in microseconds and has a small l; acquired from, leased from and looked at.
-- What is missing in it, in 1/p permits, is its debt; a permit costs p, and a microsecond repays l.
local current, signature, l, p, full, _
for item = 1, items do
  local state, last = stored[item], 3 * item
  local plain, runs, length, operation, times, index, permits, after = read('<BHI4BHHI7', requests, at)
  if plain == 1 and index ~= current then
    current = index
    local policy = ARGV[index]
    local capacity
    l, p, capacity = read('<I2I6I5', policy, 3)
    full = capacity * p
    signature = sub(policy, 1, 10)
  end
  if plain == 1 and (not state or (#state == 19 and sub(state, 1, 10) == signature)) then
    local tat, rem = 0, 0
    if state then
      tat, rem = read('<I7I2', state, 11)
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
        local most, micros
        most, micros, _, at = read('<I7I7I7', requests, at)
        local owed = math.max(debt, micros * l)
        local free = owed >= full and 0 or (full - owed - (full - owed) % p) / p
        local lent = math.min(free, most)
        if lent >= permits then
          debt = owed + lent * p
          allowed = allowed + 1
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
      redis.call('SET', KEYS[item], write('<c10I7I2', signature, filled, remainder),
        'PXAT', (gone - gone % 1000) / 1000)
    end
    reply[last - 1], reply[last], reply[last + 1] = tat, rem, allowed
  else
    if others == 0 then
      starts, counts = {}, {}
    end
    others = others + 1
    at = at + 7
    starts[item], counts[item] = at, runs
    reply[last - 1], reply[last], reply[last + 1] = 0, 0, 0
    at = at + length
  end
end
if others == 0 then
  return reply
end
