-- When keys expire. To write an expiry takes a server longer than all else that a decision does to a key. So
-- it is rounded up to a multiple of a quantum of 2^exponent milliseconds, and stays while the state needs no
-- later one. The quantum is at most as long as the state mattered when the expiry was written: a key stays at
-- most twice as long as its state matters, and never shorter. Many keys are used once. A new key stays at most
-- an eighth longer.

-- Returns the exponent, and the expiry in microseconds, of a state that is full again at an instant.
local function expiryOf(gone, isNew)
  local _, exponent = math.frexp((gone - now) / (isNew and 8000 or 1000))
  exponent = math.max(exponent - 1, 0)
  return exponent, gone + -gone % (1000 * 2 ^ exponent)
end
