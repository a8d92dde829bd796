-- Appends events to their shards' streams, each event_id once per enterprise; all or none.
--
-- KEYS  per shard: meta, stream, holds; per event: enterprise, its dedupe key, member (or enterprise)
-- ARGV  now_ms or '', stream_max, remembered_ms, default zone, its day, end_ms, next_end_ms,
--       number of shards; per shard: highest seq seen;
--       per event: shard (1-based), event (JSON without its closing brace), day, end_ms, next_end_ms
-- Reply: {accepted, duplicates, the shards' seq…}, or {'!calendar', index, zone, day, …} for the enterprises whose day
--        the caller must give, or {'!full'}, {'!closed'}: then nothing was appended.

local GLOBALS, PER_EVENT, KEYS_PER_EVENT = 8, 5, 3
local now, stream_max, remembered_ms = clock(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local default_zone = ARGV[4]
local default_day = {tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])}
local shard_count = tonumber(ARGV[8])
local first = GLOBALS + shard_count + 1
assert(#KEYS == 3 * shard_count + KEYS_PER_EVENT * (#ARGV - first + 1) / PER_EVENT, 'append: keys do not match')

local shards = {}
for i = 1, shard_count do
  local k = 3 * i - 2
  shards[i] = open_shard(KEYS[k], KEYS[k + 1], KEYS[k + 2], tonumber(ARGV[GLOBALS + i]))
  if shards[i].closed then return {'!closed'} end
end

local events, needed = {}, {'!calendar'}
for a = first, #ARGV, PER_EVENT do
  local n = #events + 1
  local k = 3 * shard_count + KEYS_PER_EVENT * (n - 1)
  local e, shard = account(KEYS[k + 1]), shards[tonumber(ARGV[a])]
  local day = {tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4])}
  local zone = zone_of(e)
  if e.d == 0 and not zone then day = default_day end
  if not open_day(e, now, day[1], day[2], day[3]) then
    needed[#needed + 1] = int(n)
    needed[#needed + 1] = zone or default_zone
    needed[#needed + 1] = e.d > 0 and int(e.d) or ''
  end
  events[n] = {shard = shard, e = e, seen = KEYS[k + 2], member = KEYS[k + 3], body = ARGV[a + 1]}
  shard.waiting = shard.waiting + 1
  if shard.waiting > stream_max then return {'!full'} end
end
if #needed > 1 then return needed end

local function name(m)
  if byte(m.s, NAMED) == 0 then put(m, NAMED, '\1') end
  dirty[m.key] = m
end

local accepted = 0
for _, event in ipairs(events) do
  if redis.call('SET', event.seen, '1', 'NX', 'PX', int(remembered_ms)) then
    local e = event.e
    name_zone(e, default_zone)
    dirty[e.key] = e
    if event.member ~= e.key then name(account(event.member)) end
    append(event.shard, event.body .. ',"received_ms":' .. int(now) .. ',"day":' .. int(e.d)
      .. ',"day_end_ms":' .. int(e.de) .. '}')
    accepted = accepted + 1
  end
end
flush(shards)
local reply = {accepted, #events - accepted}
for _, shard in ipairs(shards) do reply[#reply + 1] = int(shard.seq) end
return reply
