-- The decision script as it was with the first format of states: what an instance of the version before runs.
-- The clock: the server's own, read once a call. Tests put another file in this one's place.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
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

-- What several algorithms need. Each of them is a function that makes its functions, called only if a
-- limit is of that algorithm: a script makes them anew in every call.

local MAX = 9007199254740991

-- a / b, rounded down and up. Nothing is added to a first: the sum could leave the domain.
local function floored(a, b)
  return (a - a % b) / b
end

local function ceiled(a, b)
  local rest = a % b
  return (a - rest) / b + (rest > 0 and 1 or 0)
end

-- Where a window that begins now would have its start.
local function windowAt(limit)
  return limit.variant == 1 and now or now - now % limit.period
end

-- Token and leaky bucket. Words: tat, the instant at which the bucket is full again, and rem: what it
-- lacks even then, rem / l of a microsecond. The arithmetic is explained at the class Bucket.

local function bucket()
  -- What a time and rem repay, rounded up; MAX at most.
  local function repaid(limit, micros, rem)
    local l, unit = limit.l, limit.unit
    local units = floored(micros, unit)
    if units > floored(MAX - 2 * l, l) then
      return MAX
    end
    return units * l + ceiled(micros % unit * l + rem, unit)
  end

  -- The longest time that, with rem, repays at most this debt.
  local function timeWithin(limit, debt, rem)
    local l, unit = limit.l, limit.unit
    return floored(debt, l) * unit + floored(debt % l * unit - rem, l)
  end

  local function debtAt(s, instant)
    local ahead = s.tat - instant
    return ahead < 0 and 0 or repaid(s.limit, ahead, s.rem)
  end

  local function free(limit, debt)
    return debt >= limit.full and 0 or floored(limit.full - debt, limit.p)
  end

  local function owing(limit, debt, permits)
    return permits > floored(MAX - debt, limit.p) and MAX or debt + permits * limit.p
  end

  local function owe(s, debt)
    local limit = s.limit
    if floored(debt, limit.l) >= floored(MAX - now, limit.unit) then
      s.tat, s.rem = MAX, 0
    else
      s.tat = now + timeWithin(limit, debt, 0)
      s.rem = debt % limit.l * limit.unit % limit.l
    end
  end

  local function fresh(s)
    s.tat, s.rem = 0, 0
  end

  local function load(s, text, at)
    s.tat, s.rem, at = read(s.limit.wide and '<I7I5' or '<I7I2', text, at)
    return at
  end

  local function save(s)
    return write(s.limit.wide and '<I7I5' or '<I7I2', s.tat, s.rem)
  end

  local function show(s, out, n)
    out[n + 1], out[n + 2] = s.tat, s.rem
    return n + 2
  end

  local function available(s, finish)
    local debt = debtAt(s, now)
    if finish > now then
      debt = math.max(debt, repaid(s.limit, finish - now, 0))
    end
    return free(s.limit, debt)
  end

  local function leaseEnd(_, finish)
    return finish
  end

  -- How long until this many permits, at most the capacity, are free.
  local function retryAfter(s, permits)
    local limit = s.limit
    local allowed = limit.full - permits * limit.p
    return math.max(s.tat - timeWithin(limit, allowed, s.rem) - now, 0)
  end

  local function resetAfter(s)
    return math.max(s.tat + (s.rem > 0 and 1 or 0) - now, 0)
  end

  -- How long a caller that books waits for its turn, and how long until it may begin to wait.
  local function turnAfter(s, permits)
    if s.limit.variant == 1 then
      return resetAfter(s), retryAfter(s, permits)
    end
    return retryAfter(s, permits), 0
  end

  local function used(s)
    return ceiled(debtAt(s, now), s.limit.p)
  end

  local function take(s, permits, usedAt)
    local debt = debtAt(s, now)
    if usedAt > now then
      debt = math.max(debt, repaid(s.limit, usedAt - now, 0))
    end
    owe(s, owing(s.limit, debt, permits))
  end

  local function giveBack(s, permits)
    local debt = debtAt(s, now)
    if debt < MAX then
      owe(s, permits >= ceiled(debt, s.limit.p) and 0 or debt - permits * s.limit.p)
    end
  end

  local function charge(s, permits)
    owe(s, owing(s.limit, 0, permits))
  end

  -- Both are of one variant.
  local function carryOver(s, old)
    local limit, before = s.limit, old.limit
    if limit.l == before.l and limit.p == before.p and limit.unit == before.unit then
      s.tat, s.rem = old.tat, old.rem
    else
      charge(s, used(old))
    end
  end

  return {
    debtAt = debtAt,
    fresh = fresh,
    load = load,
    save = save,
    show = show,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    turnAfter = turnAfter,
    used = used,
    take = take,
    giveBack = giveBack,
    charge = charge,
    carryOver = carryOver,
    giveBackLeased = giveBack,
  }
end

-- Fixed window. Words: start, the instant at which the window began, and the permits used in it.
-- Variant 1 begins its windows with the first permit granted, variant 0 at multiples of the period.

local function fixedWindow()
  local function over(s)
    return s.inWindow == 0 or now >= s.start + s.limit.period
  end

  -- Where the window began, or the next one would: never before an earlier one.
  local function startAt(s)
    return over(s) and math.max(s.start, windowAt(s.limit)) or s.start
  end

  local function fresh(s)
    s.start, s.inWindow = 0, 0
  end

  local function load(s, text, at)
    s.start, s.inWindow, at = read('<I7I7', text, at)
    return at
  end

  local function save(s)
    return write('<I7I7', s.start, s.inWindow)
  end

  local function show(s, out, n)
    out[n + 1], out[n + 2] = s.start, s.inWindow
    return n + 2
  end

  local function used(s)
    return over(s) and 0 or s.inWindow
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s), 0)
  end

  local function leaseEnd(s, finish)
    return math.min(finish, startAt(s) + s.limit.period)
  end

  local function resetAfter(s)
    return over(s) and 0 or s.start + s.limit.period - now
  end

  local function charge(s, permits)
    if over(s) then
      s.start, s.inWindow = startAt(s), 0
    end
    s.inWindow = math.min(s.inWindow + permits, MAX)
  end

  local function giveBack(s, permits)
    if not over(s) then
      s.inWindow = math.max(s.inWindow - permits, 0)
    end
  end

  local function carryOver(s, old)
    local limit, before = s.limit, old.limit
    if limit.period == before.period and limit.variant == before.variant then
      s.start, s.inWindow = old.start, old.inWindow
    else
      charge(s, used(old))
    end
  end

  return {
    fresh = fresh,
    load = load,
    save = save,
    show = show,
    used = used,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    charge = charge,
    giveBack = giveBack,
    carryOver = carryOver,
    take = charge,
    giveBackLeased = giveBack,
  }
end

-- Sliding window counter. Words: start of the current window, the permits granted in the previous and
-- in the current. Variants as of the fixed window. The time elapsed is counted in the limit's unit,
-- and what is used is multiplied out by the period: nothing is divided before it is compared.

local function slidingCounter()
  -- The words as they are now. Where nothing counts any more, another window begins, never before an
  -- earlier one.
  local function rolled(s)
    local limit = s.limit
    local since = now < s.start and 0 or floored(now - s.start, limit.period)
    if since == 0 and (s.previous > 0 or s.current > 0) then
      return s.start, s.previous, s.current
    elseif since == 1 and s.current > 0 then
      return s.start + limit.period, s.current, 0
    end
    return math.max(s.start, windowAt(limit)), 0, 0
  end

  local function units(limit)
    return limit.period / limit.unit
  end

  -- The most permits that one window can count.
  local function mostUsed(limit)
    return floored(floored(MAX, 2), units(limit))
  end

  -- What counts as used, times the period.
  local function weighed(s)
    local start, previous, current = rolled(s)
    local elapsed = floored(math.max(now - start, 0), s.limit.unit)
    return previous * (units(s.limit) - elapsed) + current * units(s.limit)
  end

  local function fresh(s)
    s.start, s.previous, s.current = 0, 0, 0
  end

  local function load(s, text, at)
    s.start, s.previous, s.current, at = read('<I7I7I7', text, at)
    return at
  end

  local function save(s)
    return write('<I7I7I7', s.start, s.previous, s.current)
  end

  local function show(s, out, n)
    out[n + 1], out[n + 2], out[n + 3] = s.start, s.previous, s.current
    return n + 3
  end

  local function used(s)
    return ceiled(weighed(s), units(s.limit))
  end

  local function available(s)
    local free = s.limit.capacity * units(s.limit) - weighed(s)
    return free <= 0 and 0 or floored(free, units(s.limit))
  end

  local function leaseEnd(s, finish)
    local start = rolled(s)
    return math.min(finish, start + s.limit.period)
  end

  local function resetAfter(s)
    local start, previous, current = rolled(s)
    if current > 0 then
      return start + 2 * s.limit.period - now
    end
    return previous > 0 and start + s.limit.period - now or 0
  end

  local function charge(s, permits)
    s.start, s.previous, s.current = rolled(s)
    s.current = math.min(s.current + permits, mostUsed(s.limit))
  end

  -- The current window gives first.
  local function giveBack(s, permits)
    s.start, s.previous, s.current = rolled(s)
    local fromCurrent = math.min(permits, s.current)
    s.current = s.current - fromCurrent
    s.previous = math.max(s.previous - (permits - fromCurrent), 0)
  end

  local function carryOver(s, old)
    local limit, before = s.limit, old.limit
    if limit.period == before.period and limit.variant == before.variant then
      s.start = old.start
      s.previous = math.min(old.previous, mostUsed(limit))
      s.current = math.min(old.current, mostUsed(limit))
    else
      charge(s, used(old))
    end
  end

  return {
    fresh = fresh,
    load = load,
    save = save,
    show = show,
    used = used,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    charge = charge,
    giveBack = giveBack,
    carryOver = carryOver,
    take = charge,
    giveBackLeased = giveBack,
  }
end

-- Sliding window log: a record for each instant at which permits were granted, of the instant and the
-- running total after it, counted round a circle of 2^48. The total that no longer counts is base.
--
-- The newest record is part of the state. The older ones are in a key of their own, a ring of records
-- of 13 bytes, written once and in place; expired ones are dropped by moving the head. The ring is
-- copied only to grow, by an eighth, or to shrink to what it holds. Its expiry follows the state's.
--
-- Words: base, last and total (the newest record), head, count and capacity (the ring, in records).
-- Where base equals total, there are no records.

local function slidingLog()
  local CIRCLE = 281474976710656
  local RECORD = 13

  local function empty(s)
    return s.base == s.total
  end

  local function clear(s)
    s.base, s.last, s.total, s.head, s.count, s.capacity = 0, 0, 0, 0, 0, 0
    s.live = nil
  end

  -- A record, the oldest being 0 and the newest s.count. One that was evicted counts for nothing, but
  -- its permits stay used until the newest expires.
  local function record(s, i)
    if i == s.count then
      return s.last, s.total
    end
    local from = (s.head + i) % s.capacity * RECORD
    local text = redis.call('GETRANGE', s.ring, from, from + RECORD - 1)
    local instant, total = 0, 0
    if #text == RECORD then
      instant, total = read('<I7I6', text)
    end
    if instant == 0 and total == 0 then
      return 0, s.base
    end
    return instant, total
  end

  local function alive(instant, _, period)
    return instant + period > now
  end

  local function since(instant, _, earliest)
    return instant >= earliest
  end

  local function beyond(_, total, from, permits)
    return (total - from) % CIRCLE > permits
  end

  -- The first record, from low on, that passes a test which all after it pass too, or the newest; and
  -- the total of the one before it, if that was read. What is looked for is mostly near the oldest: the
  -- steps towards it double, and what lies between the last two is halved.
  local function first(s, low, test, a, b)
    local high, step, before = s.count, 1, nil
    local probe = low
    while low < high do
      local instant, total = record(s, probe)
      if test(instant, total, a, b) then
        high, step = probe, nil
      else
        low, before = probe + 1, total
      end
      if step and low + step < high then
        probe, step = low + step, step * 2
      else
        probe, step = floored(low + high, 2), nil
      end
    end
    return low, before
  end

  -- The first record that counts, and the total before it. Not asked of an empty log.
  local function live(s)
    if not s.live then
      if alive(s.last, s.total, s.limit.period) then
        s.live, s.from = first(s, 0, alive, s.limit.period)
        s.from = s.from or s.base
      else
        s.live, s.from = s.count + 1, s.total
      end
    end
    return s.live, s.from
  end

  local function drop(s, records)
    if records > s.count then
      clear(s)
    else
      s.head = s.capacity > 0 and (s.head + records) % s.capacity or 0
      s.count = s.count - records
      s.live = nil
    end
  end

  -- Drops the records that no longer count, and what they counted.
  local function forget(s)
    if not empty(s) then
      local records, from = live(s)
      s.base = from
      drop(s, records)
    end
  end

  local function range(s, from, to)
    return redis.call('GETRANGE', s.ring, from * RECORD, to * RECORD - 1)
  end

  -- Gives the ring room for one record more, and a little.
  local function resize(s)
    local text = ''
    if s.count > 0 then
      local turn = s.head + s.count - s.capacity
      text = turn <= 0 and range(s, s.head, s.head + s.count)
        or range(s, s.head, s.capacity) .. range(s, 0, turn)
    end
    s.head, s.capacity = 0, s.count + math.max(4, floored(s.count, 8))
    redis.call('SET', s.ring, text .. string.rep('\0', s.capacity * RECORD - #text))
    s.rings[s.ring] = true
  end

  local function put(s, i, instant, total)
    local slot = (s.head + i) % s.capacity * RECORD
    redis.call('SETRANGE', s.ring, slot, write('<I7I6', instant, total))
  end

  local function append(s, instant, permits)
    forget(s)
    local total = ((empty(s) and s.base or s.total) + permits) % CIRCLE
    s.live = nil
    if empty(s) or instant > s.last then
      if not empty(s) then
        if s.count == s.capacity or (s.capacity > 32 and s.count * 4 < s.capacity) then
          resize(s)
        end
        put(s, s.count, s.last, s.total)
        s.count = s.count + 1
      end
      s.last = instant
    end
    s.total = total
  end

  local function load(s, text, at)
    s.base, s.last, s.total, s.head, s.count, s.capacity, at = read('<I6I7I6I4I4I4', text, at)
    if s.capacity > 0 then
      s.rings[s.ring] = true
    end
    return at
  end

  local function save(s)
    return write('<I6I7I6I4I4I4', s.base, s.last, s.total, s.head, s.count, s.capacity)
  end

  local function used(s)
    if empty(s) then
      return 0
    end
    local _, from = live(s)
    return (s.total - from) % CIRCLE
  end

  -- Of a log the reply tells what is used, the newest instant, and the one whose permits must expire
  -- before this many are free: all that its decision depends on.
  local function show(s, out, n, permits)
    local used, needed = used(s), s.last
    local excess = used - (s.limit.capacity - permits)
    if excess > 0 and permits <= s.limit.capacity then
      local low, from = live(s)
      needed = record(s, (first(s, low, beyond, from, excess - 1)))
    end
    out[n + 1], out[n + 2], out[n + 3] = used, s.last, needed
    return n + 3
  end

  local function available(s)
    return math.max(s.limit.capacity - used(s), 0)
  end

  local function leaseEnd(_, finish)
    return finish
  end

  local function resetAfter(s)
    return empty(s) and 0 or math.max(s.last + s.limit.period - now, 0)
  end

  local function take(s, permits, usedAt)
    append(s, usedAt, permits)
  end

  local function charge(s, permits)
    if permits > 0 then
      append(s, now, math.min(permits, 1000000000000))
    end
  end

  -- Takes back the oldest.
  local function giveBack(s, permits)
    forget(s)
    if permits >= used(s) then
      clear(s)
    else
      local from = s.base
      local records = first(s, 0, beyond, from, permits)
      s.base = (from + permits) % CIRCLE
      drop(s, records)
    end
  end

  -- Takes back the earliest dated at the end of their lease or after it. The newest of what remains moves
  -- into the state.
  local function giveBackLeased(s, permits, usedAt)
    forget(s)
    if empty(s) or s.last < usedAt then
      return
    end
    local kept = first(s, 0, since, usedAt)
    local before = s.base
    if kept > 0 then
      local _, total = record(s, kept - 1)
      before = total
    end
    local last, newest
    for i = kept, s.count do
      local instant, total = record(s, i)
      if (total - before) % CIRCLE > permits then
        if last then
          put(s, kept - 1, last, newest)
        end
        last, newest, kept = instant, (total - permits) % CIRCLE, kept + 1
      end
    end
    if kept == 0 then
      clear(s)
      return
    end
    if not last then
      last, newest = record(s, kept - 1)
    end
    s.last, s.total, s.count, s.live = last, newest, kept - 1, nil
  end

  -- What counted under the old period counts under the new one.
  local function carryOver(s, old)
    s.base, s.last, s.total = old.base, old.last, old.total
    s.head, s.count, s.capacity = old.head, old.count, old.capacity
    if not empty(old) then
      local records, from = live(old)
      s.base = from
      drop(s, records)
    end
  end

  return {
    load = load,
    save = save,
    used = used,
    show = show,
    available = available,
    leaseEnd = leaseEnd,
    resetAfter = resetAfter,
    take = take,
    charge = charge,
    giveBack = giveBack,
    giveBackLeased = giveBackLeased,
    carryOver = carryOver,
    fresh = clear,
  }
end

-- All limits of a policy at once, for the items that are not plain.
--
-- ARGV[1]  after the permits of a request: of a lease its most permits and its length; of a booking the
--          longest wait; of what is given back or cancelled the grant: its instant, mark and end; three
--          numbers each. Of a charge the permits of each limit. Numbers of seven bytes.
-- returns  for each such item a list: before each request that is its first, or whose policy is not
--          that of the one before, or has a sliding log, the state under its policy: the words of each
--          limit (of a log, what slidingLog.show tells). Of a lease given back to a log, it is the state
--          after it. In the end, how many were allowed. From this the caller computes the decisions.

local MAKERS = { bucket, fixedWindow, slidingLog, slidingCounter }
local BUCKET, SLIDING_LOG = 1, 3
local UNITS = { 1, 1000, 1000000 }

local algorithms = {}

local function algorithmOf(kind)
  local algorithm = algorithms[kind]
  if not algorithm and MAKERS[kind] then
    algorithm = MAKERS[kind]()
    algorithms[kind] = algorithm
  end
  return algorithm
end

-- The limits of a signature, and where it ends; nil if it is none.
local function limitsOf(text)
  local header, at = read('<B', text)
  if header < 16 or header > 31 then
    return nil
  end
  local limits = { logs = false, signature = '' }
  for i = 1, header - 15 do
    local code
    code, at = read('<B', text, at)
    local kind, unit = floored(code, 16), UNITS[code % 4 + 1]
    local algorithm = algorithmOf(kind)
    if not algorithm or not unit then
      return nil
    end
    local limit = { algorithm = algorithm, kind = kind, variant = floored(code, 4) % 2, unit = unit }
    if kind == BUCKET then
      limit.wide = floored(code, 8) % 2 == 1
      limit.l, limit.p, at = read(limit.wide and '<I5I6' or '<I2I6', text, at)
    else
      limit.period, at = read('<I6', text, at)
    end
    limits.logs = limits.logs or kind == SLIDING_LOG
    limits[i] = limit
  end
  limits.signature = sub(text, 1, at - 1)
  return limits, at
end

local policies = {}

local function policyAt(index)
  local policy = policies[index]
  if not policy then
    local text, at = ARGV[index], nil
    policy, at = limitsOf(text)
    for i = 1, #policy do
      local limit = policy[i]
      limit.capacity, at = read('<I5', text, at)
      if limit.kind == BUCKET then
        limit.full = limit.capacity * limit.p
        limit.longestWait, at = read('<I7', text, at)
      end
    end
    policies[index] = policy
  end
  return policy
end

-- A new state. A log's has a ring, whose key joins those of this item once it is in use.
local function newState(limit, i, key, rings)
  if limit.kind == SLIDING_LOG then
    return { limit = limit, ring = key .. ':log' .. i, rings = rings }
  end
  return { limit = limit }
end

local function freshStates(policy, key, rings)
  local states = {}
  for i = 1, #policy do
    states[i] = newState(policy[i], i, key, rings)
    policy[i].algorithm.fresh(states[i])
  end
  return states
end

-- The states in a text, from a position on; nil if it is not of their length.
local function loaded(limits, text, at, key, rings)
  local states = {}
  for i = 1, #limits do
    states[i] = newState(limits[i], i, key, rings)
    at = limits[i].algorithm.load(states[i], text, at)
  end
  return at == #text + 1 and states or nil
end

-- What is stored, written under another version of the policy: its limits and their states; nil if it
-- cannot be read.
local function loadedOther(text, key, rings)
  local limits, at = limitsOf(text)
  if not limits then
    return nil
  end
  return limits, loaded(limits, text, at, key, rings)
end

-- The states under another version of their policy: where a limit stood one of its algorithm, from
-- that; else from the largest usage of all.
local function carried(limits, states, policy, key, rings)
  local most = 0
  for i = 1, #limits do
    most = math.max(most, limits[i].algorithm.used(states[i]))
  end
  local after = freshStates(policy, key, rings)
  for i = 1, #policy do
    local limit, before = policy[i], limits[i]
    if before and before.kind == limit.kind
      and (limit.kind ~= BUCKET or before.variant == limit.variant) then
      limit.algorithm.carryOver(after[i], states[i])
    else
      limit.algorithm.charge(after[i], most)
    end
  end
  return after
end

local function available(states, finish)
  local least = 1000000000000
  for i = 1, #states do
    local permits = states[i].limit.algorithm.available(states[i], finish)
    if permits < least then
      least = permits
    end
  end
  return least
end

local function take(states, permits, usedAt)
  for i = 1, #states do
    states[i].limit.algorithm.take(states[i], permits, usedAt)
  end
  return true, true
end

local function giveBack(states, permits)
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBack(s, permits)
  end
  return true, true
end

local function lease(states, least, most, micros)
  local finish = now + micros
  for _, s in ipairs(states) do
    finish = s.limit.algorithm.leaseEnd(s, finish)
  end
  local permits = math.min(available(states, finish), most)
  if permits < least then
    return false, false
  end
  return take(states, permits, finish)
end

local function book(states, permits, maxWait)
  local longest = maxWait
  for _, s in ipairs(states) do
    if permits > s.limit.capacity then
      return false, false
    end
    longest = math.min(longest, s.limit.longestWait)
  end
  local wait = 0
  for _, s in ipairs(states) do
    local turn, room = s.limit.algorithm.turnAfter(s, permits)
    if turn > longest or room > 0 then
      return false, false
    end
    wait = math.max(wait, turn)
  end
  return take(states, permits, now + wait)
end

-- Each limit takes as many as it has left. Where that is none, what no longer counts is forgotten, as
-- by every write.
local function charge(states, asked)
  for i, s in ipairs(states) do
    local permits = math.min(asked[i], s.limit.algorithm.available(s, now))
    if permits > 0 then
      s.limit.algorithm.take(s, permits, now)
    else
      s.limit.algorithm.giveBack(s, 0)
    end
  end
  return true, true
end

-- Whether no bucket was charged since a grant: the first one's debt is what the grant left behind.
local function isLast(states, grantedAt, mark)
  for _, s in ipairs(states) do
    if s.limit.kind == BUCKET then
      return s.limit.algorithm.debtAt(s, grantedAt) == mark
    end
  end
  return mark == 0
end

local function giveBackLease(states, permits, grantedAt, mark, usedAt)
  if now >= usedAt or not isLast(states, grantedAt, mark) then
    return true, false
  end
  for _, s in ipairs(states) do
    s.limit.algorithm.giveBackLeased(s, permits, usedAt)
  end
  return true, true
end

local function cancel(states, permits, grantedAt, mark)
  if states[1].limit.kind ~= BUCKET or not isLast(states, grantedAt, mark) then
    return true, false
  end
  return giveBack(states, permits)
end

-- Carries out an operation: whether it is allowed, and whether it changed anything.
local function operate(operation, states, permits, a, b, c)
  if operation == ACQUIRE then
    if available(states, now) < permits then
      return false, false
    end
    return take(states, permits, now)
  elseif operation == PEEK then
    return available(states, now) >= permits, false
  elseif operation == REFUND then
    return giveBack(states, permits)
  elseif operation == LEASE then
    return lease(states, permits, a, b)
  elseif operation == BOOK then
    return book(states, permits, a)
  elseif operation == GIVE_BACK then
    return giveBackLease(states, permits, a, b, c)
  elseif operation == CHARGE then
    return charge(states, a)
  end
  return cancel(states, permits, a, b)
end

local function show(states, out, n, permits)
  for i = 1, #states do
    n = states[i].limit.algorithm.show(states[i], out, n, permits)
  end
  return n
end

-- Writes the states, or deletes the key of fresh ones. Rings go and stay with them.
local function save(key, existed, policy, states, rings)
  local longest, text = 0, policy.signature
  for i = 1, #states do
    local algorithm = states[i].limit.algorithm
    local resetAfter = algorithm.resetAfter(states[i])
    if resetAfter > longest then
      longest = resetAfter
    end
    text = text .. algorithm.save(states[i])
  end
  local gone = ceiled(now + longest, 1000)
  if longest > 0 then
    redis.call('SET', key, text, 'PXAT', gone)
  elseif existed then
    redis.call('DEL', key)
  end
  if next(rings) then
    for _, s in ipairs(states) do
      if longest > 0 and s.ring and s.capacity > 0 then
        redis.call('PEXPIREAT', s.ring, gone)
        rings[s.ring] = nil
      end
    end
    for ring in pairs(rings) do
      redis.call('UNLINK', ring)
    end
  end
end

local function decide(key, text, at, runs)
  local rings = {}
  local limits, states
  local out, n, allowed, changed = {}, 0, 0, false
  local policy, asked
  for _ = 1, runs do
    local operation, times, index, permits, a, b, c
    operation, times, index, permits, at = read('<BHHI7', requests, at)
    local wanted = policyAt(index)
    if operation == CHARGE then
      a = {}
      for i = 1, #wanted do
        a[i], at = read('<I7', requests, at)
      end
    elseif operation >= LEASE then
      a, b, c, at = read('<I7I7I7', requests, at)
    end
    if text and not states then
      local signature, readable = wanted.signature, nil
      if sub(text, 1, #signature) == signature then
        limits = wanted
        readable, states = pcall(loaded, wanted, text, #signature + 1, key, rings)
      else
        readable, limits, states = pcall(loadedOther, text, key, rings)
      end
      if not readable or not states then
        return sub(text, 1, 32)
      end
    end
    if wanted ~= policy then
      if not limits then
        asked = freshStates(wanted, key, rings)
      elseif limits.signature == wanted.signature then
        asked = states
        for i, limit in ipairs(wanted) do
          asked[i].limit = limit
        end
      else
        asked = carried(limits, states, wanted, key, rings)
      end
    end
    local after = operation == GIVE_BACK and wanted.logs
    if (wanted ~= policy or wanted.logs) and not after then
      n = show(asked, out, n, permits)
    end
    policy = wanted
    for time = 1, times do
      if time > 1 and wanted.logs then
        n = show(asked, out, n, permits)
      end
      local yes, change = true, true
      if operation == RESET then
        asked = freshStates(policy, key, rings)
      else
        yes, change = operate(operation, asked, permits, a, b, c)
      end
      if after then
        n = show(asked, out, n, permits)
      end
      if yes then
        allowed = allowed + 1
      end
      if change then
        limits, states, changed = policy, asked, true
      end
    end
  end
  if changed then
    save(key, text, limits, states, rings)
  end
  out[n + 1] = allowed
  return out
end

for item = 1, items do
  if starts[item] then
    reply[3 * item - 1] = decide(KEYS[item], stored[item], starts[item], counts[item])
  end
end
return reply
