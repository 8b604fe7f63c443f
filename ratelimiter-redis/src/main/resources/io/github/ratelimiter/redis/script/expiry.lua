-- When keys expire. A server takes longer to write an expiry than to write a state. So an expiry is rounded up
-- to a multiple of a quantum of 2^exponent milliseconds, and is written again only if another multiple is
-- needed. A key never expires before its state stops to matter. The quantum is at most the time for which the
-- state mattered when the expiry was written, so a key stays at most twice that time. Many keys are used once:
-- the quantum of a new key is at most an eighth of it, but at least a millisecond.

-- Returns the exponent and the expiry, in microseconds, of a state that is full again at an instant, and
-- whether the key has that expiry already. It may have it if a state is stored that is not full: then its
-- exponent and its instant are given.
local function expiryOf(gone, exponentBefore, goneBefore)
  local shortest = 8000
  if goneBefore then
    local quantum = 1000 * 2 ^ exponentBefore
    local expiry = goneBefore + -goneBefore % quantum
    if gone <= expiry and gone > expiry - quantum then
      return exponentBefore, expiry, true
    end
    shortest = 1000
  end
  local _, exponent = math.frexp((gone - now) / shortest)
  exponent = math.max(exponent - 1, 0)
  return exponent, gone + -gone % (1000 * 2 ^ exponent), false
end

-- Writes the state of a key with its expiry.
local function setState(key, text, expiry, isThere)
  if isThere then
    redis.call('SET', key, text, 'KEEPTTL')
  else
    redis.call('SET', key, text, 'PXAT', expiry / 1000)
  end
end
