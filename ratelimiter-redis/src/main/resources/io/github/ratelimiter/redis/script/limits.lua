-- The limits of a policy, and what is kept of them.

local function makeLimits()
  local algorithms = {}
  local isComplete = false

  local function algorithmOf(kind)
    local algorithm = algorithms[kind]
    if not algorithm then
      if kind == BUCKET then
        algorithm = bucket()
      elseif kind == FIXED_WINDOW then
        algorithm = fixedWindow()
      elseif kind == SLIDING_LOG then
        algorithm = slidingLog()
      elseif kind == SLIDING_WINDOW then
        algorithm = slidingWindow()
      elseif kind == CALENDAR_WINDOW then
        algorithm = calendarWindow()
      else
        return nil
      end
      algorithms[kind] = algorithm
      if isComplete then
        algorithm.complete(algorithm)
      end
    end
    return algorithm
  end

  -- Makes sure that the algorithms have what only some operations need.
  local function completeAlgorithms()
    if not isComplete then
      isComplete = true
      for _, algorithm in pairs(algorithms) do
        algorithm.complete(algorithm)
      end
    end
  end

  local function unitOf(code)
    local unit = code % 4
    return unit == 0 and 1 or unit == 1 and 1000 or unit == 2 and 1000000 or nil
  end

  -- A limit by its first byte; nil if there is none such.
  local function limitOf(code)
    local kind, unit = floored(code, 16), unitOf(code)
    local algorithm = unit and algorithmOf(kind)
    if algorithm then
      return { algorithm = algorithm, kind = kind, variant = floored(code, 4) % 2, unit = unit }
    end
  end

  local policies = {}

  local function policyAt(index)
    local policy = policies[index]
    if not policy then
      local text = ARGV[index]
      local length, at = read('<H', text)
      policy = { signature = sub(text, at, at + length - 1), logs = false }
      local count, defined = read('<B', text, at)
      at = at + length
      for i = 1, count - FORMAT + 1 do
        local size, code, period, capacity, l, p, longestWait
        size, code, period, capacity, l, p, longestWait, at = read('<BBI6I5I5I6I7', text, at)
        local limit = limitOf(code)
        limit.period, limit.capacity, limit.l, limit.p, limit.full = period, capacity, l, p, capacity * p
        limit.longestWait = longestWait
        limit.definition = sub(text, defined, defined + size - 1)
        defined = defined + size
        if limit.kind == CALENDAR_WINDOW then
          local first, second, third
          first, second, third, at = read('<I7I7I7', text, at)
          limit.borders, policy.calendar = { first, second, third }, true
        end
        policy.logs = policy.logs or limit.kind == SLIDING_LOG
        policy[i] = limit
      end
      policies[index] = policy
    end
    return policy
  end

  return { of = limitOf, policyAt = policyAt, completeAlgorithms = completeAlgorithms }
end

local limits = makeLimits()

