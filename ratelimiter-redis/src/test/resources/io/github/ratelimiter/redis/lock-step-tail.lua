end

-- KEYS     none: the keys are made up, and all keys are deleted in the end
-- ARGV     whether keys expire, by the instants given; then for each step the instant, the key that its only
--          key starts as a copy of (or ''), how many keys are states, how many keys, how many arguments, how
--          many rings to show, keys and arguments
-- returns  for each step the script's reply, and for each state what is stored, and when it goes (or
--          0), and the same of its rings

local expiring = ARGV[1] == '1'
local replies = {}
local at = 2

local function take(count)
  at = at + count
  return { unpack(ARGV, at - count, at - 1) }
end

local function takeNumber()
  return tonumber(take(1)[1])
end

local function withRings(key, rings)
  local names = { key }
  for i = 1, rings do
    names[i + 1] = key .. ':log' .. i
  end
  return names
end

local function copy(from, to, rings)
  local before, after = withRings(from, rings), withRings(to, rings)
  for i = 1, #before do
    redis.call('COPY', before[i], after[i])
    gone[after[i]] = gone[before[i]]
  end
end

local function expire(now)
  for key, instant in pairs(gone) do
    if math.floor(now / 1000) > instant then
      redis.call('DEL', key)
      gone[key] = nil
    end
  end
end

while at <= #ARGV do
  local now, from = takeNumber(), take(1)[1]
  local states, keys, args, rings = takeNumber(), takeNumber(), takeNumber(), takeNumber()
  local KEYS_, ARGV_ = take(keys), take(args)
  if expiring then
    expire(now)
  end
  if from ~= '' then
    copy(from, KEYS_[1], rings)
  end
  local step = { script(KEYS_, ARGV_, now, given) }
  for i = 1, states do
    local names = withRings(KEYS_[i], rings)
    for n, value in ipairs(redis.call('MGET', unpack(names))) do
      step[#step + 1] = value
      step[#step + 1] = gone[names[n]] or 0
    end
  end
  replies[#replies + 1] = step
end
redis.call('FLUSHALL')
return replies
