-- Writes the state of an item whose debt has grown.

if debt > before then
  local remainder = debt % l
  local repaidAt = now + (debt - remainder) / l
  local gone = remainder > 0 and repaidAt + 1 or repaidAt
  local goneBefore = before > 0 and (rem > 0 and tat + 1 or tat) or nil
  local newExponent, expiry, isThere = expiryOf(gone, exponent, goneBefore)
  local text = l == 1 and write(stateFormat, signature, repaidAt, newExponent)
    or write(stateFormat, signature, repaidAt, remainder, newExponent)
  if tail == CUT or tail == CUT + AHEAD then
    text = text .. sub(state, stateLength + 1, stateLength + CUT)
  end
  if generation > 0 then
    text = text .. write('<I7I6', math.max(latest, now), generation)
  end
  setState(KEYS[item], text, expiry, isThere)
end
