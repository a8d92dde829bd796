-- Decides N adds, in order: checks every limit, charges all of them or none, writes the decision's
-- record and appends one event. A denial charges nothing and is still an event; a peek only answers.
--
-- KEYS  1            counter of new accounts, one key a minute (the script adds the minute)
--       2…           per shard: meta, stream, holds
--       …            per add: enterprise, member, record, then its `cooldowns` cool-down keys
-- ARGV  1..18        now_ms or '' (Redis TIME), stream_max, version, starting caps (member active,
--                    passive, enterprise active, passive), hand-over cap, member burst active: amount,
--                    slot_ms, member burst passive: amount, slot_ms, enterprise burst: share, at least,
--                    slot_ms, new accounts a minute or -1 (refuse), default zone, number of shards
--       19..21       the default zone's day: day, end_ms, next_end_ms
--       22…          per shard: highest seq the caller has seen
--       …            per add: shard (1-based), kind a|p|h, direction a|p, mode s|p|h, hold_ms,
--                    fixed (1: the record's key is complete, 0: `.day` is added), fingerprint,
--                    enterprise, member, contact, event (JSON without its closing brace),
--                    cooldowns, day, end_ms, next_end_ms ('' unless asked for)
-- Reply: the shards' seq, then per add `<replayed 0|1>|<decision id>|<record>`, or a refusal: `!conflict`, `!calendar|<zone>|
-- <day>` (call again with the day), `!new|<seconds>`, `!unknown`, `!full`, `!closed`.

local GLOBALS, PER_ADD = 21, 15
local now = clock(ARGV[1])
local stream_max, version = tonumber(ARGV[2]), ARGV[3]
local start_ma, start_mp = tonumber(ARGV[4]), tonumber(ARGV[5])
local start_ea, start_ep = tonumber(ARGV[6]), tonumber(ARGV[7])
local handover_cap = tonumber(ARGV[8])
local burst_ma, slot_ma = tonumber(ARGV[9]), tonumber(ARGV[10])
local burst_mp, slot_mp = tonumber(ARGV[11]), tonumber(ARGV[12])
local burst_share, burst_floor, slot_ea = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local new_a_minute, default_zone = tonumber(ARGV[16]), ARGV[17]
local shard_count = tonumber(ARGV[18])
local default_day = {tonumber(ARGV[19]), tonumber(ARGV[20]), tonumber(ARGV[21])}

local shards = {}
for i = 1, shard_count do
  local k = 3 * i - 1
  local shard = open_shard(KEYS[k], KEYS[k + 1], KEYS[k + 2], tonumber(ARGV[GLOBALS + i]))
  shard.full = not shard.closed and redis.call('XLEN', shard.stream) >= stream_max
  if not (shard.closed or shard.full) then expire_holds(shard, now) end
  shards[i] = shard
end
assert((#ARGV - GLOBALS - shard_count) % PER_ADD == 0, 'spend: arguments are not whole adds')

local DENIED_FOR_MS = 600000 -- a denial that no time cures is remembered this long
local HELD_AFTER_MS = 600000 -- a hold's record outlives the hold by this

-- Reasons and limits go by number; quota/replies.py names them in the same order.
local function limits_of(kind, e, m)
  local list, windows = {}, {}
  local function daily(number, cap, used, reason)
    list[#list + 1] = {number, cap, used, e.de, used < cap, reason, e.de}
  end
  local function burst(number, cap, w, reason)
    list[#list + 1] = {number, cap, w.used, window_falls_to(w, 0, now), w.used < cap, reason,
      window_falls_to(w, cap - 1, now)}
    windows[#windows + 1] = w
  end
  if kind == 'a' then
    local e_cap = e.ca or start_ea
    daily(1, m.ca or start_ma, m.ua or 0, 4)
    daily(2, e_cap, e.ua or 0, 5)
    burst(3, burst_ma, read_window(m.ba, now, slot_ma), 7)
    burst(4, math.max(burst_floor, math.floor(e_cap * burst_share)),
      read_window(e.ba, now, slot_ea), 8)
  elseif kind == 'p' then
    daily(5, m.cp or start_mp, m.up or 0, 4)
    daily(6, e.cp or start_ep, e.up or 0, 5)
    burst(7, burst_mp, read_window(m.bp, now, slot_mp), 7)
  else
    daily(8, handover_cap, e.uh or 0, 6)
  end
  return list, windows
end

local function charge(kind, e, m, list, windows)
  for _, limit in ipairs(list) do limit[3] = limit[3] + 1 end
  for _, w in ipairs(windows) do charge_window(w) end
  if kind == 'a' then
    m.ua, e.ua = (m.ua or 0) + 1, (e.ua or 0) + 1
    m.ba, e.ba = pack_window(windows[1]), pack_window(windows[2])
    list[3][4], list[4][4] = window_falls_to(windows[1], 0, now), window_falls_to(windows[2], 0, now)
  elseif kind == 'p' then
    m.up, e.up = (m.up or 0) + 1, (e.up or 0) + 1
    m.bp = pack_window(windows[1])
    list[3][4] = window_falls_to(windows[1], 0, now)
  else
    e.uh = (e.uh or 0) + 1
  end
end

-- The first check that fails: reason, retry_ms (0: no time cures it), restriction.
local function check(add, e, m, list)
  local active = add.direction == 'a'
  local found, ends = restriction(e.R, now, active)
  if found then return 1, ends == math.huge and 0 or ends, found end
  found, ends = restriction(m.R, now, active)
  if found then return 2, ends == math.huge and 0 or ends, found end
  if active and #add.cooldowns > 0 then
    for _, until_ms in ipairs(redis.call('MGET', unpack(add.cooldowns))) do
      if until_ms and tonumber(until_ms) > now then return 3, 0, '' end
    end
  end
  for _, limit in ipairs(list) do
    if not limit[5] then return limit[6], limit[7] or 0, '' end
  end
  return 0, 0, ''
end

local function on_record(shard, id)
  local text = redis.call('GET', shard.prefix .. 'r/' .. id)
  local record = text and read_record(text)
  if not record or record.expires <= now then return nil end
  if record.state == 'h' and record.hold <= now then expire(shard, id, record, now) end
  return record
end

-- The id under which an add without request_id stands or falls now, and its record. A cancelled or
-- expired one keeps its id, so that repeating the cancel meets it and not an add made since: the
-- next begins under a number of its own, which the day's first record holds.
local function of_today(add, id)
  local first = on_record(add.shard, id)
  local number, record = first and first.number or 0, first
  local function numbered() return number == 0 and id or id .. '.' .. int(number) end
  if number > 0 then record = on_record(add.shard, numbered()) end
  if record and (record.state == 'x' or record.state == 'e') then
    number, record = number + 1, nil
    if add.mode ~= 'p' then
      redis.call('SET', add.shard.prefix .. 'r/' .. id, number_record(first, number), 'KEEPTTL')
    end
  end
  return numbered(), record
end

-- The id of the decision, and the first answer where it was made before.
local function first_decision(add, day)
  if add.fixed then
    local record = on_record(add.shard, add.base)
    if not record then return add.base, nil end
    if record.fingerprint ~= add.fingerprint then return add.base, '!conflict' end
    return add.base, '1|' .. add.base .. '|' .. record.text
  end
  local id, record = of_today(add, add.base .. '.' .. int(day))
  if not record or record.state == 'd' then return id, nil end
  return id, '1|' .. id .. '|' .. record.text
end

-- False where no more accounts may begin in this minute.
local function begin_account()
  local key = KEYS[1] .. int(math.floor(now / 60000))
  if tonumber(redis.call('GET', key) or '0') >= new_a_minute then return false end
  redis.call('INCR', key)
  redis.call('PEXPIRE', key, 120000)
  return true
end

local function write_limits(list)
  local out = {}
  for i, limit in ipairs(list) do
    out[i] = limit[1] .. ',' .. int(limit[2]) .. ',' .. int(limit[3]) .. ',' .. int(limit[4])
  end
  return table.concat(out, ';')
end

local function remember(add, id, e, state, reason, text, expires)
  redis.call('SET', add.shard.prefix .. 'r/' .. id, text, 'PX', int(math.max(1, expires - now)))
  if state == 'h' then redis.call('ZADD', add.shard.holds, int(now + add.hold), id) end
  append(add.shard, add.event .. ',"at":' .. int(now) .. ',"received_ms":' .. int(now)
    .. ',"day":' .. int(e.d)
    .. ',"day_end_ms":' .. int(e.de) .. ',"decision_id":"' .. id
    .. '","allowed":' .. tostring(reason == 0) .. ',"reason":"' .. REASONS[reason]
    .. '","policy_version":' .. version .. ',"record":"' .. text .. '"')
end

local function expiry(add, e, reason, retry)
  if reason == 0 then
    return add.mode == 'h' and math.max(e.dn, now + add.hold + HELD_AFTER_MS) or e.dn
  end
  if add.fixed and retry > 0 then return math.min(retry, e.dn) end
  return now + DENIED_FOR_MS
end

local function decide(add)
  local shard = add.shard
  if shard.closed then return '!closed' end
  if shard.full then return '!full' end
  local e, m = account(add.enterprise_key), account(add.member_key)
  local day = add.day
  if not e.d and not e.z then day = default_day end
  if not open_day(e, now, day[1], day[2], day[3]) then
    return '!calendar|' .. (e.z or default_zone) .. '|' .. (e.d and int(e.d) or '')
  end
  same_day(m, e)
  local id, first = first_decision(add, e.d)
  if first then return first end
  if not m.known then
    if new_a_minute < 0 then return '!unknown' end
    if add.mode ~= 'p' and not begin_account() then
      return '!new|' .. int(60 - math.floor(now / 1000) % 60)
    end
  end
  local list, windows = limits_of(add.kind, e, m)
  local reason, retry, found = check(add, e, m, list)
  local state = add.mode == 'p' and 'p' or reason ~= 0 and 'd' or add.mode
  if reason == 0 and state ~= 'p' then charge(add.kind, e, m, list, windows) end
  local expires = expiry(add, e, reason, retry)
  local text = table.concat({state, add.fingerprint, int(now), int(e.d), int(expires), add.kind,
    reason, int(retry), state == 'h' and int(now + add.hold) or '0', version, write_limits(list),
    found, add.enterprise, add.member, add.contact}, '|')
  if state ~= 'p' then
    if not e.z then e.z = default_zone end
    dirty[e.key], dirty[m.key], m.known = e, m, true
    remember(add, id, e, state, reason, text, expires)
  end
  return '0|' .. id .. '|' .. text
end

local replies, k = {}, 1 + 3 * shard_count
for a = GLOBALS + shard_count + 1, #ARGV, PER_ADD do
  local shard = shards[tonumber(ARGV[a])]
  local add = {
    shard = shard, kind = ARGV[a + 1], direction = ARGV[a + 2], mode = ARGV[a + 3],
    hold = tonumber(ARGV[a + 4]), fixed = ARGV[a + 5] == '1', fingerprint = ARGV[a + 6],
    enterprise = ARGV[a + 7], member = ARGV[a + 8], contact = ARGV[a + 9], event = ARGV[a + 10],
    day = {tonumber(ARGV[a + 12]), tonumber(ARGV[a + 13]), tonumber(ARGV[a + 14])},
    enterprise_key = KEYS[k + 1], member_key = KEYS[k + 2],
    base = string.sub(KEYS[k + 3], #shard.prefix + 3), cooldowns = {},
  }
  local cooldowns = tonumber(ARGV[a + 11])
  for i = 1, cooldowns do add.cooldowns[i] = KEYS[k + 3 + i] end
  k = k + 3 + cooldowns
  replies[#replies + 1] = decide(add)
end
assert(k == #KEYS, 'spend: keys and arguments do not match')
flush(shards)
for i, shard in ipairs(shards) do table.insert(replies, i, int(shard.seq)) end
return replies
