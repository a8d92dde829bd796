-- Returns the expired holds of a shard where no pre-check came by to do it.
--
-- KEYS  meta, stream, holds
-- ARGV  now_ms or '', highest seq seen
-- Reply: how many were looked at (call again while it is the most one call does), -1 closed.

local now = clock(ARGV[1])
local shard = open_shard(KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[2]))
if shard.closed then return -1 end
local count = expire_holds(shard, now)
flush({shard})
return count
