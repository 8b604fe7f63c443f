-- Decides requests on keys that share a hash slot, each key's in order, in one atomic step: either requests of
-- one key each, or joint requests of several keys.
--
-- KEYS     the state of each item, then the rings of its sliding logs
-- ARGV[1]  the items and their requests, or the keys and the joint requests, see wire.lua
-- ARGV[2]  and so on: the policies, see wire.lua
-- returns  the instant of the decision, then two values for each item, then one for each joint request, see
--          wire.lua
-- stored   one string for each key, see state.lua
-- expires  after all counters of the key are full again, see expiry.lua
--
-- All numbers are integers below 2^53. Lua's doubles hold them exactly, and the server writes them in full
-- where a command takes one. (a - a % b) / b is a / b rounded down.
--
-- A line with two dashes and "include" stands for the text of a file. A script makes its functions anew in
-- every call. Nearly every call needs the short path only, so the files of the general path are included
-- where only a call that needs them makes their functions.

--include clock.lua
--include wire.lua

local itemCount, at = read('<H', requests)
local isJoint = itemCount >= JOINT
if isJoint then
  itemCount = itemCount - JOINT
end
local stored = itemCount == 1 and { redis.call('GET', KEYS[1]) }
  or redis.call('MGET', unpack(KEYS, 1, itemCount))
local reply = { now }

-- The functions that decide the keys of joint requests that the short path cannot decide; nil at first.
local general

--include expiry.lua
repeat
  -- Whether there is a key that the short path cannot decide.
  local left = false
  -- For each item that the short path cannot decide: where its runs begin, and how many there are.
  local startOf, runsOf
  if isJoint then
    --include joint.lua
  else
    --include one-bucket.lua
    left = startOf ~= nil
  end

  if left then
    --include numbers.lua
    --include bucket.lua
    --include fixed-window.lua
    --include calendar-window.lua
    --include sliding-window.lua
    --include sliding-log.lua
    --include limits.lua
    --include state.lua
    --include versions.lua
    --include operations.lua
    --include item.lua
    if isJoint then
      --include joint-general.lua
    else
      left = false
      for item = 1, itemCount do
        if startOf[item] then
          local answer, drainedUntil = decideItem(KEYS[item], stored[item], startOf[item], runsOf[item])
          reply[2 * item], reply[2 * item + 1] = answer, drainedUntil or -1
        end
      end
    end
  end
until not left
return reply
