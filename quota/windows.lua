-- Burst windows inside an account string; windows.py does the same maths.

local SLOTS = 12 -- and the current one; windows.py says the same
local EMPTY = string.rep('\0', 2 * (SLOTS + 1))
local COUNTS, NEWEST, WINDOW = 8, 8 + 2 * SLOTS, 10 + 2 * SLOTS -- places in a window, and its length

-- The window at a place, moved forward to now: its current slot, what is used, what in the newest.
local function window_of(a, place, now, slot_ms)
  local w = a[place]
  if w then return w end
  local s, current = a.s, floor(now / slot_ms)
  local used = u32(s, place + 4)
  local shift = current - floor(u32(s, place) * 1000 / slot_ms)
  if shift < 0 then
    current = current - shift
  elseif shift > SLOTS then
    used = 0
    put(a, place, p32[current * slot_ms / 1000] .. p32[0] .. EMPTY)
  elseif shift > 0 then
    for i = place + COUNTS, place + COUNTS - 2 + 2 * shift, 2 do used = used - u16(s, i) end
    put(a, place, p32[current * slot_ms / 1000] .. p32[used]
      .. sub(s, place + COUNTS + 2 * shift, place + WINDOW - 1) .. sub(EMPTY, 1, 2 * shift))
  end
  w = {current = current, slot_ms = slot_ms, used = used, newest = u16(a.s, place + NEWEST)}
  a[place] = w
  return w
end

-- When no more than `most` of what is counted now will be left; `most` is less than that.
local function falls_to(a, place, most)
  local w = a[place]
  if most == 0 and w.newest > 0 then return (w.current + SLOTS + 1) * w.slot_ms end
  local left = w.used
  for i = 1, SLOTS + 1 do
    left = left - u16(a.s, place + COUNTS - 2 + 2 * i)
    if left <= most then return (w.current + i) * w.slot_ms end
  end
end

-- One more in the window, and `used` in the count that stands before it.
local function charge_with_window(a, place, used)
  local s, w = a.s, a[place]
  if w.newest < 65535 then w.used, w.newest = w.used + 1, w.newest + 1 end
  a.s = sub(s, 1, place - 5) .. p32[used] .. p32[w.current * w.slot_ms / 1000] .. p32[w.used]
    .. sub(s, place + COUNTS, place + NEWEST - 1) .. p16[w.newest] .. sub(s, place + WINDOW)
end
