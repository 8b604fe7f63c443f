
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
    s.tat, s.rem = read('<I7I5', text, at)
  end

  local function save(s)
    return write('<I7I5', s.tat, s.rem)
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
    length = 12,
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
