-- Decides requests on keys that share a hash slot, each key's in order, in one atomic step.
--
-- KEYS     the state of each item, then the rings of its sliding logs
-- ARGV[1]  the items and their requests, see wire.lua
-- ARGV[2]  and so on: the policies, see wire.lua
-- returns  the instant of the decision, then three values for each item, see wire.lua
-- stored   one string for each key, see state.lua
-- expires  state and expiry are written together: a key expires when all its counters are full again
--
-- All numbers are integers below 2^53. Lua's doubles hold them exactly, and the server writes them in full
-- where a command takes one. (a - a % b) / b is a / b rounded down.
--
-- Nearly every call needs the short path only. The files of the other path make their functions when they
-- are run, so a call that does not need them does not pay for them.

--include clock.lua
--include wire.lua

local items, at = read('<H', requests)
local stored = items == 1 and { redis.call('GET', KEYS[1]) } or redis.call('MGET', unpack(KEYS, 1, items))
local reply = { now }
local starts, counts

-- The policy of the item before, as one-bucket.lua needs it.
local current, signature, words, length, size, l, p, full, _

for item = 1, items do
  local state, last = stored[item], 3 * item
  local plain, runs, bytes, operation, times, index, permits, after = read(ITEM, requests, at)
  local decided = false
  if plain > 0 then
    --include one-bucket.lua
  end
  if not decided then
    starts, counts = starts or {}, counts or {}
    starts[item], counts[item] = at + ITEM_LENGTH, runs
    reply[last - 1], reply[last], reply[last + 1] = 0, 0, 0
    at = at + ITEM_LENGTH + bytes
  end
end

if starts then
  --include numbers.lua
  --include bucket.lua
  --include fixed-window.lua
  --include sliding-window.lua
  --include sliding-log.lua
  --include limits.lua
  --include state.lua
  --include versions.lua
  --include operations.lua
  --include item.lua
  for item = 1, items do
    if starts[item] then
      local answer = decideItem(KEYS[item], stored[item], starts[item], counts[item])
      reply[3 * item - 1], reply[3 * item] = answer, type(answer) == 'table' and 1 or 0
    end
  end
end
return reply
