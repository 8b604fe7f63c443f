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

-- Where a window that contains an instant has its start, if it begins anew.
local function windowAt(limit, instant)
  return limit.variant == 1 and instant or instant - instant % limit.period
end

