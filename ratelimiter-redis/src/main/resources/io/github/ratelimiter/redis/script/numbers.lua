-- What several of the files after this one need. Each of them is a function that makes its functions, called
-- only if they are needed: a script makes them anew in every call. A function that is made inside of another
-- takes over what that one has captured at once; captured from the script itself, each variable is searched.

local MAX = 9007199254740991

-- The algorithms, as a signature names them.
local BUCKET, FIXED_WINDOW, SLIDING_LOG, SLIDING_WINDOW, CALENDAR_WINDOW = 1, 2, 3, 4, 5

-- The first byte of a signature tells its format and how many counters it defines.
local FORMAT, MOST_COUNTERS = 32, 32

-- a / b, rounded down and up. Nothing is added to a first: the sum could leave the domain.
local function floored(a, b)
  return (a - a % b) / b
end

local function ceiled(a, b)
  local remainder = a % b
  return (a - remainder) / b + (remainder > 0 and 1 or 0)
end

-- Where a window that contains an instant has its start, if it begins anew.
local function windowAt(limit, instant)
  return limit.variant == 1 and instant or instant - instant % limit.period
end

