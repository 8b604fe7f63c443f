-- What callers send and get. Integers are unsigned, the lowest byte first.
--
-- ARGV[1]  how many items, then groups of items with the same requests: how many there are, whether the short
--          path may decide them (1), how many runs of requests each has, their length in bytes, and the runs.
--          A run is an operation, how often it is repeated, the policy (its position in ARGV), the permits,
--          and the operands:
--            lease               the most permits, its length, a random number
--            reserve             the longest wait, a random number
--            return a lease      the grant: its instant, when its permits count as used, its generation
--            release             the grant, and the permits of each counter; in place of permits, those of
--                                counters of other versions
--            hold                the most permits, a random number
--            hold of each        a random number, and the permits of each counter; in place of permits, the
--                                largest number
--            charge              the permits and the debt of each counter; in place of permits, the time
--                                until the last of them is used
--            drain               nothing; in place of permits, the duration
--          or: how many keys, plus 32768, then how many joint requests, and these: how many parts, and for each
--          part the key (its position in KEYS), 1 if it is observed plus 2 if it is a hold plus 4 if the short path
--          may decide it, the policy, the permits, and for a hold a random number
-- ARGV[2]  and so on, a policy: the length of its signature (see state.lua), the signature, and for each
--          counter: the length of its definition, its first byte, the period, the capacity, and of a bucket
--          l, p and the longest wait (0 for other counters); then for a calendar window its three borders
-- returns  the instant, then two values for each item:
--            the short path      what was stored before (see state.lua), and how many requests were allowed
--            the general path    a list (see item.lua), and the end of the key's drain before (0: none)
--            unreadable          the first bytes of what is stored, and -1
--          of a key of joint requests:
--            the short path      what was stored before, and 1
--            the general path    a list: for each part the counters of its policy before it, and the generation if
--                                it holds permits; and the instant until which the key is drained
--          then for each joint request 1 if it was granted, 0 if not, -1 if a state was unreadable

local read, write, sub = struct.unpack, struct.pack, string.sub
local requests = ARGV[1]

local ACQUIRE, PEEK, REFUND, RESET, LEASE, RESERVE, RETURN_LEASE, RELEASE, CHARGE, HOLD, HOLD_EACH, DRAIN =
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11

-- Which path may decide a group: any other number than this, the short one.
local GENERAL = 0

-- The number added to the number of keys if the requests are joint; the format of a part; the flags of a part.
local JOINT, PART, OBSERVED, HELD, SHORT = 32768, '<HBHI7', 1, 2, 4

-- A run, and a group with its first run. The header is what a group has before it.
local RUN, GROUP, GROUP_HEADER = '<BHHI7', '<HBHI4BHHI7', 9
local LEASE_OPERANDS = '<I7I7I6'

-- Of a policy with one bucket the capacity, l and p, and how far behind the signature's length they are.
local ONE_BUCKET_RATE, ONE_BUCKET_RATE_AT = '<I5I5I6', 11

-- The lengths of the parts of the tail of a stored state: for one counter, and two for the state. See state.lua.
local CUT, AHEAD, DRAINED = 7, 13, 19
