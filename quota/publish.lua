-- Takes over what scoring decided: caps of accounts and cool-downs of contacts. Fenced: a worker that
-- lost its shard changes nothing. Safe to repeat.
--
-- KEYS  meta, stream; per caps: account; per cool-down: its key
-- ARGV  now_ms or '', fence, seq folded so far, number of caps,
--       per caps: active, passive, seq; per cool-down: until_ms
-- Reply: 1, or 0 where a higher fence holds the shard.

local now, fence, seq, count = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local meta = redis.call('HMGET', KEYS[1], 'fence', 'published', 'trimmed')
if meta[1] and tonumber(meta[1]) > fence then return 0 end

local function later(known)
  return int(math.max(tonumber(known or '0'), seq))
end

for i = 1, count do
  local a, at = account(KEYS[2 + i]), 2 + 3 * i
  local of = tonumber(ARGV[at + 2])
  if u48(a.s, V) <= of then
    put(a, CA, p32[tonumber(ARGV[at]) + 1] .. p32[tonumber(ARGV[at + 1]) + 1] .. p48(of))
    dirty[a.key] = a
  end
end
flush({})
for i = 1, #KEYS - 2 - count do
  local key, until_ms = KEYS[2 + count + i], ARGV[4 + 3 * count + i]
  local known = tonumber(redis.call('GET', key) or '0')
  if tonumber(until_ms) > known and tonumber(until_ms) > now then
    redis.call('SET', key, until_ms, 'PX', int(tonumber(until_ms) - now))
  end
end
redis.call('HSET', KEYS[1], 'fence', int(fence), 'published', later(meta[2]), 'trimmed', later(meta[3]))
redis.call('XTRIM', KEYS[2], 'MINID', int(seq + 1) .. '-0')
return 1
