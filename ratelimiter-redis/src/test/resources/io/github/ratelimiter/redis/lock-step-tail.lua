end

-- KEYS     none: the keys are made up, and deleted in the end
-- ARGV     whether keys expire, by the instants given; then for each step the instant, how many keys
--          are states, how many keys, how many arguments, how many rings to show, keys and arguments
-- returns  for each step the script's reply, and for each state what is stored, and when it goes (or
--          0), and the same of its rings

local expiring = ARGV[1] == '1'
local used, replies = {}, {}
local at = 2
while at <= #ARGV do
  local now, states, keys, args = tonumber(ARGV[at]), ARGV[at + 1] + 0, ARGV[at + 2] + 0, ARGV[at + 3] + 0
  local rings = ARGV[at + 4] + 0
  at = at + 5
  local KEYS_, ARGV_ = {}, {}
  for i = 1, keys do
    KEYS_[i] = ARGV[at]
    at = at + 1
  end
  for i = 1, args do
    ARGV_[i] = ARGV[at]
    at = at + 1
  end
  if expiring then
    for key, instant in pairs(gone) do
      if math.floor(now / 1000) > instant then
        redis.call('DEL', key)
        gone[key] = nil
      end
    end
  end
  local step = { script(KEYS_, ARGV_, now, given) }
  for i = 1, states do
    local key = KEYS_[i]
    used[key] = true
    step[#step + 1] = redis.call('GET', key)
    step[#step + 1] = gone[key] or 0
    for limit = 1, rings do
      local ring = key .. ':log' .. limit
      used[ring] = true
      step[#step + 1] = redis.call('GET', ring)
      step[#step + 1] = gone[ring] or 0
    end
  end
  replies[#replies + 1] = step
end
for key in pairs(used) do
  redis.call('DEL', key)
end
return replies
