-- Reads the state of an item. Requires path and item. If the short path cannot read the state, short is false.

local state, short = stored[item], path ~= GENERAL
local tail, tat, rem, exponent = 0, 0, 0, 0
local before, latest, generation = 0, 0, 0
if short and state then
  local signed
  tail = #state - stateLength
  if tail == 0 or tail == AHEAD or tail == CUT or tail == CUT + AHEAD then
    if l == 1 then
      signed, tat, exponent = read(stateFormat, state)
    else
      signed, tat, rem, exponent = read(stateFormat, state)
    end
  end
  short = signed == signature
  if short then
    -- A state that is full again counts as a new one: the server may have dropped it by now.
    before = tat < now and 0 or (tat - now) * l + rem
    if tail > 0 then
      if before == 0 then
        tail = 0
      elseif tail >= AHEAD then
        latest, generation = read('<I7I6', state, #state - AHEAD + 1)
      end
    end
  end
end
