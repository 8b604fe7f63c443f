-- Joint requests: each takes permits of several keys, of all or of none. A key may be in several of them. So the
-- state of each key is read once, then all requests are decided in their order, and in the end the states that
-- have changed are written.
--
-- The short path is that of one-bucket.lua. A key that it leaves is decided by joint-general.lua.

-- Of each key on the short path: what changes, then what is known of its bucket and of its state.
local buckets = {}
local DEBT, GENERATION, COST, FULL = 1, 2, 3, 4

local current, l, p, full, signature, signatureLength, stateFormat, stateLength
for item = 1, itemCount do
  local path, policy
  path, policy, at = read('<BH', requests, at)
  --include one-bucket-policy.lua
  --include one-bucket-load.lua
  if short then
    buckets[item] = {
      before, generation, p, full, latest, l, signature, stateFormat, stateLength, state, before, tail, tat, rem, exponent,
    }
  else
    startOf = startOf or {}
  end
end

-- Decides all requests. What decides the keys that the short path has left is given; nil if there are none.
decideJoints = function(general)
  local requestCount
  requestCount, at = read('<H', requests, at)
  for request = 1, requestCount do
    local parts
    parts, at = read('<H', requests, at)
    local start, granted, readable, fits = at, true, true, {}
    for part = 1, parts do
      local item, flags, policy, permits
      item, flags, policy, permits, at = read(PART, requests, at)
      at = at + PART_RANDOM
      local bucket = buckets[item]
      if bucket then
        fits[part] = bucket[DEBT] + permits * bucket[COST] <= bucket[FULL]
      else
        fits[part] = general.fits(item, policy, permits)
        readable = readable and fits[part] ~= nil
      end
      granted = granted and (fits[part] or flags % 2 == OBSERVED)
    end
    granted = granted and readable
    if granted or general then
      local from = start
      for part = 1, parts do
        local item, flags, _, permits
        item, flags, _, permits, from = read(PART, requests, from)
        local random
        random, from = read('<I6', requests, from)
        local bucket = buckets[item]
        if bucket then
          if granted and fits[part] then
            bucket[DEBT] = bucket[DEBT] + permits * bucket[COST]
            if flags >= HELD and bucket[GENERATION] == 0 then
              bucket[GENERATION] = random
            end
          end
        elseif granted and fits[part] then
          general.take(item, permits, flags >= HELD and random)
        elseif readable and not fits[part] then
          general.refuse(item)
        end
      end
    end
    reply[1 + 2 * itemCount + request] = granted and 1 or readable and 0 or -1
  end

  for item = 1, itemCount do
    if buckets[item] then
      local debt, generation, _, _, latest, l, signature, stateFormat, stateLength, state, before, tail, tat, rem, exponent =
        unpack(buckets[item])
      --include one-bucket-save.lua
      reply[2 * item], reply[2 * item + 1] = state, 1
    else
      reply[2 * item], reply[2 * item + 1] = general.save(item)
    end
  end
end
