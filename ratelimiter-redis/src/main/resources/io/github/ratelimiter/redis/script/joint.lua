-- Joint requests: each takes permits of several keys, of all or of none. A key may be in several of them. So the
-- state of each key is read once, then all requests are decided in their order, and in the end the states that
-- have changed are written.
--
-- The short path is that of one-bucket.lua. If it cannot decide a key, nothing is written. Then this code runs
-- a second time and decides that key with the functions of joint-general.lua.

-- Lists have room for some elements from the beginning: a list that grows is copied each time it doubles.
--
-- For each key on the short path: the values that change, then those of its bucket and of its state. For any
-- other key: false. Keys are numbered in the order in which they are first used.
local buckets, loaded = { 0, 0, 0, 0, 0, 0, 0, 0 }, 0
local DEBT, GENERATION, COST, FULL = 1, 2, 3, 4

-- Of each part of a request: the key, the permits if they are available, in units of the bucket on the short
-- path, and the random number of a hold.
local items, available, randoms = { 0, 0, 0, 0, 0, 0, 0, 0 }, { 0, 0, 0, 0, 0, 0, 0, 0 }, {}

local current, l, p, full, signature, signatureLength, stateFormat, stateLength
local requestCount, at = read('<H', requests, at)
for request = 1, requestCount do
  local parts, granted, readable = nil, true, true
  parts, at = read('<H', requests, at)
  for part = 1, parts do
    local item, flags, policy, permits
    item, flags, policy, permits, at = read(PART, requests, at)
    local fits, random
    if flags % 4 >= HELD then
      random, at = read('<I6', requests, at)
    end
    if item > loaded then
      loaded = item
      local path = flags >= SHORT and SHORT or GENERAL
      --include one-bucket-policy.lua
      --include one-bucket-load.lua
      buckets[item] = short and {
        before, generation, p, full, latest, l, signature, stateFormat, stateLength, state, before, tail, tat,
        rem, exponent,
      }
    end
    local bucket = buckets[item]
    if bucket then
      local cost = permits * bucket[COST]
      fits = bucket[DEBT] + cost <= bucket[FULL] and cost
    elseif general then
      fits = general.fits(item, policy, permits)
      readable = readable and fits ~= nil
    else
      left = true
      break
    end
    items[part], available[part], randoms[part] = item, fits, random
    granted = granted and (fits or flags % 2 == OBSERVED)
  end
  if left then
    break
  end

  for part = 1, readable and (granted or general) and parts or 0 do
    local item, permits, bucket = items[part], available[part], buckets[items[part]]
    if not permits then
      if not bucket then
        general.refuse(item)
      end
    elseif granted and bucket then
      bucket[DEBT] = bucket[DEBT] + permits
      if bucket[GENERATION] == 0 then
        bucket[GENERATION] = randoms[part] or 0
      end
    elseif granted then
      general.take(item, permits, randoms[part])
    end
  end
  reply[1 + 2 * itemCount + request] = not readable and -1 or granted and 1 or 0
end

for item = 1, left and 0 or itemCount do
  if buckets[item] then
    local debt, generation, _, _, latest, l, signature, stateFormat, stateLength, state, before, tail, tat,
      rem, exponent = unpack(buckets[item])
    --include one-bucket-save.lua
    reply[2 * item], reply[2 * item + 1] = state, 1
  else
    reply[2 * item], reply[2 * item + 1] = general.save(item)
  end
end
