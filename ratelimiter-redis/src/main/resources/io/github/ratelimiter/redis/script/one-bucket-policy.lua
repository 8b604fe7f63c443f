-- Reads what the short path needs of a policy. Requires path and policy.

if path ~= GENERAL and policy ~= current then
  current = policy
  local text, capacity = ARGV[policy], nil
  signatureLength = read('<H', text)
  signature = sub(text, 3, signatureLength + 2)
  capacity, l, p = read(ONE_BUCKET_RATE, text, signatureLength + ONE_BUCKET_RATE_AT)
  full = capacity * p
  -- The remainder is less than l, so l determines its width.
  if l == 1 then
    stateFormat, stateLength = '<c' .. signatureLength .. 'I7B', signatureLength + 8
  elseif l <= 256 then
    stateFormat, stateLength = '<c' .. signatureLength .. 'I7I1B', signatureLength + 9
  else
    stateFormat, stateLength = '<c' .. signatureLength .. 'I7I2B', signatureLength + 10
  end
end
