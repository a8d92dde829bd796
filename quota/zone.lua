-- Moves an enterprise to another time zone, if its calendar still is what the caller computed from.
--
-- KEYS  enterprise
-- ARGV  the day the caller saw ('' none), its end_ms ('' none), zone, day, end_ms, next_end_ms
-- Reply: 1, or 0 where the calendar has changed meanwhile (read it and call again).

local e = redis.call('HMGET', KEYS[1], 'd', 'de')
if (e[1] or '') ~= ARGV[1] or (e[2] or '') ~= ARGV[2] then return 0 end
if ARGV[4] == '' then
  redis.call('HSET', KEYS[1], 'z', ARGV[3])
else
  redis.call('HSET', KEYS[1], 'z', ARGV[3], 'd', ARGV[4], 'de', ARGV[5], 'dn', ARGV[6])
  if ARGV[4] ~= ARGV[1] then redis.call('HDEL', KEYS[1], 'ua', 'up', 'uh', 'fh') end -- a new day
end
return 1
