-- Takes over what scoring decided: caps of accounts and cool-downs of contacts. Fenced: a worker that
-- lost its shard changes nothing. Safe to repeat.
--
-- KEYS  meta, stream; per caps: account; per cool-down: its key
-- ARGV  now_ms or '', fence, seq folded so far, number of caps,
--       per caps: active, passive, seq; per cool-down: until_ms
-- Reply: 1, or 0 where a higher fence holds the shard.

local now, fence, seq, count = clock(ARGV[1]), tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local held = redis.call('HGET', KEYS[1], 'fence')
if held and tonumber(held) > fence then return 0 end

for i = 1, count do
  local key, a = KEYS[2 + i], 2 + 3 * i
  local known = redis.call('HGET', key, 'v')
  if not known or tonumber(known) <= tonumber(ARGV[a + 2]) then
    redis.call('HSET', key, 'ca', ARGV[a], 'cp', ARGV[a + 1], 'v', ARGV[a + 2])
  end
end
for i = 1, #KEYS - 2 - count do
  local key, until_ms = KEYS[2 + count + i], ARGV[4 + 3 * count + i]
  local known = tonumber(redis.call('GET', key) or '0')
  if tonumber(until_ms) > known and tonumber(until_ms) > now then
    redis.call('SET', key, until_ms, 'PX', int(tonumber(until_ms) - now))
  end
end
local published = tonumber(redis.call('HGET', KEYS[1], 'published') or '0')
redis.call('HSET', KEYS[1], 'fence', int(fence), 'published', int(math.max(published, tonumber(seq))))
redis.call('XTRIM', KEYS[2], 'MINID', int(tonumber(seq) + 1) .. '-0')
return 1
