-- Moves an enterprise to another time zone, if its calendar still is what the caller computed from.
--
-- KEYS  enterprise
-- ARGV  the day the caller saw (0 none), its end_ms (0 none), zone, day (0: none yet), end_ms, next_end_ms
-- Reply: 1, or 0 where the calendar has changed meanwhile (read it and call again).

local e = account(KEYS[1])
local day, day_end, next_end = tonumber(ARGV[4]), tonumber(ARGV[5]), tonumber(ARGV[6])
if e.d ~= tonumber(ARGV[1]) or u48(e.s, DE) ~= tonumber(ARGV[2]) then return 0 end
put(e, DE, p48(day_end) .. p48(next_end))
if day ~= e.d then begin_day(e, day) end
local bar = string.find(e.s, '|', TEXTS, true)
e.s = (bar and sub(e.s, 1, bar) or e.s .. '|') .. ARGV[3]
dirty[e.key] = e
flush({})
return 1
