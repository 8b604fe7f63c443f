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

  -- A rem is less than l, so that its width follows from it.
  local function format(limit)
    local l = limit.l
    return l == 1 and '<I7' or l <= 256 and '<I7I1' or l <= 65536 and '<I7I2'
      or l <= 16777216 and '<I7I3' or '<I7I5'
  end

  local function load(s, text, at)
    if s.limit.l == 1 then
      s.tat, at = read('<I7', text, at)
      s.rem = 0
    else
      s.tat, s.rem, at = read(format(s.limit), text, at)
    end
    return at
  end

  local function save(s)
    return write(format(s.limit), s.tat, s.rem)
  end

  local function report(s, out, n)
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

  local function resetAfter(s)
    return math.max(s.tat + (s.rem > 0 and 1 or 0) - now, 0)
  end

  local function take(s, permits, usedAt)
    local debt = debtAt(s, now)
    if usedAt > now then
      debt = math.max(debt, repaid(s.limit, usedAt - now, 0))
    end
    owe(s, owing(s.limit, debt, permits))
  end

  -- The functions that only some operations need, and states of several versions. Made when they are first needed.
  local function complete(algorithm)
    -- a * b / c, rounded up, bit by bit because the product leaves the domain. Requires a < c.
    local function mulDivUp(a, b, c)
      local quotient, remainder, bit = 0, 0, 4503599627370496
      while bit >= 1 do
        remainder, quotient = remainder * 2, quotient * 2
        if remainder >= c then
          remainder, quotient = remainder - c, quotient + 1
        end
        if b >= bit then
          b, remainder = b - bit, remainder + a
          if remainder >= c then
            remainder, quotient = remainder - c, quotient + 1
          end
        end
        bit = bit / 2
      end
      return remainder > 0 and quotient + 1 or quotient
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

    -- How long a caller that books waits for its turn, and how long until it may begin to wait.
    local function turnAfter(s, permits)
      if s.limit.variant == 1 then
        return resetAfter(s), retryAfter(s, permits)
      end
      return retryAfter(s, permits), 0
    end

    local function used(s, instant)
      return ceiled(debtAt(s, instant), s.limit.p)
    end

    local function plusRepaid(limit, debt, later)
      local lead = later > now and repaid(limit, later - now, 0) or 0
      return lead > MAX - debt and MAX or lead + debt
    end

    -- At most until the bucket has this debt at the instant when the last reserved permits count as used.
    local function charge(s, permits, usedAt, _, later, debt)
      local limit = s.limit
      if limit.full == 0 then
        return permits
      end
      local before = debtAt(s, now)
      local start = math.max(before, plusRepaid(limit, 0, usedAt))
      local most = plusRepaid(limit, owing(limit, limit.full, debt), later)
      local counted = start > most and 0 or math.min(permits, floored(most - start, limit.p))
      local raised = counted < permits and most or start + permits * limit.p
      if raised > before then
        owe(s, raised)
      end
      return permits - counted
    end

    local function giveBack(s, permits)
      local debt = debtAt(s, now)
      if debt < MAX then
        owe(s, permits >= ceiled(debt, s.limit.p) and 0 or debt - permits * s.limit.p)
      end
    end

    local function release(s, permits, grant)
      local debt = debtAt(s, now)
      local whole = owing(s.limit, 0, permits)
      local counted = grant.isLast and 0
        or repaid(s.limit, math.max(now, grant.latest) - grant.grantedAt, 0)
      if debt < MAX and counted < whole then
        owe(s, math.max(debt - (whole - counted), 0))
      end
    end

    -- Starts with one debt now and another later, each at most as far as the bucket is full then.
    local function start(s, debt, debtLater, later)
      local needed = plusRepaid(s.limit, debtLater, later)
      owe(s, math.min(math.max(debt, needed), plusRepaid(s.limit, s.limit.full, later)))
    end

    local function startWith(s, permits, permitsLater, later)
      start(s, owing(s.limit, 0, permits), owing(s.limit, 0, permitsLater), later)
    end

    local function copied(s, other, instant)
      local limit, theirs = s.limit, other.limit.p
      local debt = debtAt(other, instant)
      return owing(limit, mulDivUp(debt % theirs, limit.p, theirs), floored(debt, theirs))
    end

    local function copy(s, other, later)
      start(s, copied(s, other, now), copied(s, other, later), later)
    end

    local function exceeds(s, other)
      return s.tat > other.tat or (s.tat == other.tat and s.rem > other.rem)
    end

    algorithm.leaseEnd = leaseEnd
    algorithm.turnAfter = turnAfter
    algorithm.used = used
    algorithm.charge = charge
    algorithm.giveBack = giveBack
    algorithm.release = release
    algorithm.startWith = startWith
    algorithm.copy = copy
    algorithm.exceeds = exceeds
  end

  return {
    debtAt = debtAt,
    fresh = fresh,
    load = load,
    save = save,
    report = report,
    available = available,
    resetAfter = resetAfter,
    take = take,
    complete = complete,
  }
end

