-- What callers send and get. Integers are unsigned, the lowest byte first.
--
-- ARGV[1]  how many items, then each of them: whether the short path may decide it (1; 2 with leases), how
--          many runs of requests, their length in bytes, and the runs. A run is an operation, how often it
--          is repeated, the policy (its position in ARGV), the permits, and the operands:
--            lease               the most permits, its length, a random number
--            reserve             the longest wait, a random number
--            return a lease, cancel a reservation
--                                the grant: its instant, when its permits count as used, its generation
--            charge              the permits of each counter; in place of permits, the time until the last
--                                of them is used
-- ARGV[2]  and so on, a policy: the length of its signature (see state.lua), the signature, and for each
--          counter: the length of its definition, its first byte, the period, the capacity, and of a bucket
--          l, p and the longest wait, which are 0 of another
-- returns  the instant, then three values for each item:
--            the short path      tat and rem before the requests, and how many were allowed; with leases, the
--                                first is a list of tat, rem, until and generation, and the second is 0
--            the general path    a list (see item.lua), 1 and 0
--            unreadable          the first bytes of what is stored, 0 and 0

local read, write, sub = struct.unpack, struct.pack, string.sub
local requests = ARGV[1]

local ACQUIRE, PEEK, REFUND, RESET, LEASE, RESERVE, RETURN_LEASE, CANCEL_RESERVATION, CHARGE =
  0, 1, 2, 3, 4, 5, 6, 7, 8

-- Which path may decide an item: any other number than this, the short one.
local GENERAL, SHORT_WITH_LEASES = 0, 2

-- A run, and an item with its first run. The header is what an item has before it.
local RUN, ITEM, ITEM_HEADER = '<BHHI7', '<BHI4BHHI7', 7
local LEASE_OPERANDS = '<I7I7I6'

-- Of a policy with one bucket the capacity, l and p, and how far behind the signature's length they are.
local ONE_BUCKET_RATE, ONE_BUCKET_RATE_AT = '<I5I5I6', 10

-- The lengths of the two parts of the tail of a stored state, for one counter: see state.lua.
local CUT, AHEAD = 7, 13
