-- Sets the whole list of an account's restrictions.
--
-- KEYS  account
-- ARGV  restrictions as state.lua packs them; '' none
-- Reply: 1

local a = account(KEYS[1])
local zone = zone_of(a)
a.s = sub(a.s, 1, TEXTS - 1) .. ARGV[1] .. (zone and '|' .. zone or '')
dirty[a.key] = a
flush({})
return 1
