-- When keys expire. A server takes longer to write an expiry than to write a state. So an expiry is rounded up
-- to a multiple of a quantum of 2^exponent milliseconds, and is written again only if another multiple is
-- needed. A key never expires before its state stops to matter. The quantum is at most the time for which the
-- state mattered when the expiry was written, so a key stays at most twice that time. Many keys are used once:
-- the quantum of a new key is at most an eighth of it, but at least a millisecond.

-- Returns the exponent, and the expiry in microseconds, of a state that is full again at an instant.
local function expiryOf(gone, isNew)
  local _, exponent = math.frexp((gone - now) / (isNew and 8000 or 1000))
  exponent = math.max(exponent - 1, 0)
  return exponent, gone + -gone % (1000 * 2 ^ exponent)
end
