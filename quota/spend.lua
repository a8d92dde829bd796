-- Decides N adds, in order: checks every limit, charges all of them or none, writes the decision's
-- record and appends one event. A denial charges nothing and is still an event; a peek only answers.
--
-- KEYS  1            counter of new accounts, one key a minute (the script adds the minute)
--       2…           per shard: meta, stream, holds
--       …            per add: enterprise, member, record, then its cool-down keys
-- ARGV  1..18        now_ms or '' (Redis TIME), stream_max, version, starting caps (member active,
--                    passive, enterprise active, passive), hand-over cap, member burst active: amount,
--                    slot_ms, member burst passive: amount, slot_ms, enterprise burst: share, at least,
--                    slot_ms, new accounts a minute or -1 (refuse), default zone, number of shards
--       19..22       the default zone's day: day, end_ms, next_end_ms; number of adds
--       …            per shard: highest seq the caller has seen
--       …            per add: shard (1-based),
--                    what it is: kind a|p|h, direction a|p, mode s|p|h, 1: the record's key is
--                    complete or 0: `.day` is added, number of cool-down keys, `,`, hold_ms;
--                    fingerprint (6 bytes), `enterprise|member|contact`, the rest of its event
--       …            per add whose day was asked for: its number, day, end_ms, next_end_ms
-- Reply: the shards' seq, then per add the decision's id, behind a `=` where it was made before, and its
-- record; or a refusal and '': `!conflict`, `!calendar|<zone>|<day>` (call again with the day),
-- `!new|<seconds>`, `!unknown`, `!full`, `!closed`.

local GLOBALS, PER_ADD = 22, 5
local now = clock(ARGV[1])
local stream_max, version = tonumber(ARGV[2]), p32[tonumber(ARGV[3])]
local start_ma, start_mp = tonumber(ARGV[4]), tonumber(ARGV[5])
local start_ea, start_ep = tonumber(ARGV[6]), tonumber(ARGV[7])
local handover_cap = tonumber(ARGV[8])
local burst_ma, slot_ma = tonumber(ARGV[9]), tonumber(ARGV[10])
local burst_mp, slot_mp = tonumber(ARGV[11]), tonumber(ARGV[12])
local burst_share, burst_floor, slot_ea = tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15])
local new_a_minute, default_zone = tonumber(ARGV[16]), ARGV[17]
local shard_count, add_count = tonumber(ARGV[18]), tonumber(ARGV[22])
local default_day = {tonumber(ARGV[19]), tonumber(ARGV[20]), tonumber(ARGV[21])}
local packed_now = p48(now)

local DENIED_FOR_MS = 600000 -- a denial that no time cures is remembered this long
local HELD_AFTER_MS = 600000 -- a hold's record outlives the hold by this

local shards = {}
local shard_named = {} -- as the adds name it
for i = 1, shard_count do
  local k = 3 * i - 1
  local shard = open_shard(KEYS[k], KEYS[k + 1], KEYS[k + 2], tonumber(ARGV[GLOBALS + i]))
  shard.full = shard.waiting >= stream_max
  if not (shard.closed or shard.full) then expire_holds(shard, now) end
  shards[i], shard_named[int(i)] = shard, shard
end

-- Limits ---------------------------------------------------------------------------------------
-- Each kind: is it refused, which limit binds, what is charged. Reasons go by number; quota/records.py
-- names them in the same order. They return the reason, when to ask again (ms; 0: no time cures it), the
-- restriction, and the limits as the record has them.

-- What does not depend on a limit.
local function refused(add, e, m)
  local active = add.direction == 'a'
  local found, ends = restriction(e, now, active)
  if found then return 1, ends == math.huge and 0 or ends, found end
  found, ends = restriction(m, now, active)
  if found then return 2, ends == math.huge and 0 or ends, found end
  if active and add.cooling then return 3, 0, '' end
  return 0, 0, ''
end

-- A burst limit as the record has it; when its window will be empty, in s, comes last, 0: it is.
local function burst(cap, a, place)
  local used = a[place].used
  return p32[cap] .. p32[used]
    .. p32[used > 0 and falls_to(a, place, 0) / 1000 or 0]
end

local function active(add, e, m)
  local m_cap, m_used = cap_of(m, CA, start_ma), u32(m.s, UA)
  local e_cap, e_used = cap_of(e, CA, start_ea), u32(e.s, UA)
  local e_burst = math.max(burst_floor, floor(e_cap * burst_share))
  local mw, ew = window_of(m, BA, now, slot_ma), window_of(e, BA, now, slot_ea)
  local reason, retry, found = refused(add, e, m)
  if reason == 0 then
    if m_used >= m_cap then reason, retry = 4, e.de
    elseif e_used >= e_cap then reason, retry = 5, e.de
    elseif mw.used >= burst_ma then reason, retry = 7, falls_to(m, BA, burst_ma - 1)
    elseif ew.used >= e_burst then reason, retry = 8, falls_to(e, BA, e_burst - 1)
    elseif add.mode ~= 'p' then
      m_used, e_used = m_used + 1, e_used + 1
      charge_with_window(m, BA, m_used)
      charge_with_window(e, BA, e_used)
    end
  end
  return reason, retry, found, p32[m_cap] .. p32[m_used] .. p32[e_cap] .. p32[e_used]
    .. burst(burst_ma, m, BA) .. burst(e_burst, e, BA)
end

local function passive(add, e, m)
  local m_cap, m_used = cap_of(m, CP, start_mp), u32(m.s, UP)
  local e_cap, e_used = cap_of(e, CP, start_ep), u32(e.s, UP)
  local mw = window_of(m, BP, now, slot_mp)
  local reason, retry, found = refused(add, e, m)
  if reason == 0 then
    if m_used >= m_cap then reason, retry = 4, e.de
    elseif e_used >= e_cap then reason, retry = 5, e.de
    elseif mw.used >= burst_mp then reason, retry = 7, falls_to(m, BP, burst_mp - 1)
    elseif add.mode ~= 'p' then
      m_used, e_used = m_used + 1, e_used + 1
      charge_with_window(m, BP, m_used)
      put(e, UP, p32[e_used])
    end
  end
  return reason, retry, found, p32[m_cap] .. p32[m_used] .. p32[e_cap] .. p32[e_used]
    .. burst(burst_mp, m, BP)
end

local function handover(add, e, m)
  local used = u32(e.s, UH)
  local reason, retry, found = refused(add, e, m)
  if reason == 0 then
    if used >= handover_cap then reason, retry = 6, e.de
    elseif add.mode ~= 'p' then
      used = used + 1
      put(e, UH, p32[used])
    end
  end
  return reason, retry, found, p32[handover_cap] .. p32[used]
end

local LIMITED = {a = active, p = passive, h = handover}

-- Records --------------------------------------------------------------------------------------

local function on_record(shard, id, key)
  local text = records[key]
  if text == nil then text = redis.call('GET', key) end
  local record = text and read_record(text)
  if not record or record.expires <= now then return nil end
  if record.state == 'h' and record.hold <= now then expire(shard, id, record, now) end
  return record
end

-- The id under which an add without request_id stands or falls now, and its record. A cancelled or
-- expired one keeps its id, so that repeating the cancel meets it and not an add made since: the
-- next begins under a number of its own, which the day's first record holds.
local function of_today(add, id, key)
  local first = on_record(add.shard, id, key)
  local number, record = first and first.number or 0, first
  local function numbered(text) return number == 0 and text or text .. '.' .. int(number) end
  if number > 0 then record = on_record(add.shard, numbered(id), numbered(key)) end
  if record and (record.state == 'x' or record.state == 'e') then
    number, record = number + 1, nil
    if add.mode ~= 'p' then
      records[key] = number_record(first, number)
      redis.call('SET', key, records[key], 'KEEPTTL')
    end
  end
  return numbered(id), record, numbered(key)
end

-- The first answer, an id and a record, where the decision was made before; else nil, its id and its
-- record's key.
local function first_decision(add)
  local id, key = add.id, add.record_key
  if add.fixed then
    local record = on_record(add.shard, id, key)
    if not record then return nil, id, key end
    if record.fingerprint ~= add.fingerprint then return '!conflict', '' end
    return '=' .. id, record.text
  end
  local now_id, record, now_key = of_today(add, id, key)
  if not record or record.state == 'd' then return nil, now_id, now_key end
  return '=' .. now_id, record.text
end

local function remember(key, text, expires)
  records[key] = text
  remembered[#remembered + 1] = {key, text, int(math.max(1, expires - now))}
end

local function expiry(add, e, reason, retry)
  if reason == 0 then
    return add.mode == 'h' and math.max(e.dn, now + add.hold + HELD_AFTER_MS) or e.dn
  end
  if add.fixed and retry > 0 then return math.min(retry, e.dn) end
  return now + DENIED_FOR_MS
end

-- Adds -----------------------------------------------------------------------------------------

-- Accounts that may yet begin in this minute; read when the first one asks.
local newcomers, begun = nil, 0

local function begin_account()
  if not newcomers then
    newcomers = tonumber(redis.call('GET', KEYS[1] .. int(floor(now / 60000))) or '0')
  end
  if newcomers + begun >= new_a_minute then return false end
  begun = begun + 1
  return true
end

local function record_of(add, e, state, reason, retry, expires, found, limits)
  local hold = state == 'h' and now + add.hold or retry
  return state .. add.kind .. char(reason) .. add.fingerprint .. packed_now .. e.today
    .. p48(expires) .. p48(hold) .. version .. limits .. found .. '|' .. add.names
end

local function decide(add)
  if add.answer then return add.answer, '' end
  local e, m = add.e, account(add.member_key)
  same_day(m, e)
  local first, id, key = first_decision(add)
  if first then return first, id end
  if not m.known then
    if new_a_minute < 0 then return '!unknown', '' end
    if add.mode ~= 'p' and not begin_account() then
      return '!new|' .. int(60 - floor(now / 1000) % 60), ''
    end
  end
  local reason, retry, found, limits = LIMITED[add.kind](add, e, m)
  local state = add.mode == 'p' and 'p' or reason ~= 0 and 'd' or add.mode
  local expires = expiry(add, e, reason, retry)
  local text = record_of(add, e, state, reason, retry, expires, found, limits)
  if state ~= 'p' then
    dirty[e.key], dirty[m.key], m.known = e, m, true
    remember(key, text, expires)
    if state == 'h' then redis.call('ZADD', add.shard.holds, int(now + add.hold), id) end
    append_add(add.shard, add.event, id, text)
  end
  return id, text
end

-- Every add as a table, with its enterprise's day opened; `answer` where nothing can be decided.
local first_add = GLOBALS + shard_count
local days = {}
for a = first_add + PER_ADD * add_count + 1, #ARGV, 4 do
  days[tonumber(ARGV[a])] = {tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3])}
end
local adds, account_keys, k = {}, {}, 1 + 3 * shard_count
for n = 1, add_count do
  local a = first_add + PER_ADD * (n - 1)
  local kind, direction, mode, fixed, cooldowns, hold =
    string.match(ARGV[a + 2], '^(.)(.)(.)(.)(%d+),(%d+)$')
  local add = {
    shard = shard_named[ARGV[a + 1]], kind = kind, direction = direction, mode = mode,
    fixed = fixed == '1', hold = tonumber(hold), fingerprint = ARGV[a + 3], names = ARGV[a + 4],
    event = ARGV[a + 5], enterprise_key = KEYS[k + 1], member_key = KEYS[k + 2],
    record_key = KEYS[k + 3], first_cooldown = k + 4, last_cooldown = k + 3 + tonumber(cooldowns),
    e = false, id = false, answer = false, cooling = false,
  }
  account_keys[2 * n - 1], account_keys[2 * n] = add.enterprise_key, add.member_key
  adds[n], k = add, add.last_cooldown
end
assert(k == #KEYS, 'spend: keys and arguments do not match')
load_accounts(account_keys)

-- Nil where the enterprise's day is open now, else why not.
local function open_new_day(e, day)
  local zone = zone_of(e)
  if e.d == 0 and not zone then day = default_day end
  if not open_day(e, now, day[1], day[2], day[3]) then
    return '!calendar|' .. (zone or default_zone) .. '|' .. (e.d > 0 and int(e.d) or '')
  end
  name_zone(e, default_zone)
end

local function open(add, day)
  if add.shard.closed then return '!closed' end
  if add.shard.full then return '!full' end
  local e = account(add.enterprise_key)
  local asked = not is_open(e, now) and open_new_day(e, day)
  if asked then return asked end
  if not e.today then e.today = p16[e.d] .. p32[e.de / 1000] end
  if not add.fixed then add.record_key = add.record_key .. '.' .. int(e.d) end
  add.e, add.id = e, sub(add.record_key, add.shard.id_at)
end

-- Records and cool-downs of all of them are read at once, too.
local wanted, w, no_day = {}, 0, {}
for n, add in ipairs(adds) do
  add.answer = open(add, days[n] or no_day)
  if not add.answer then
    wanted[w + 1] = add.record_key
    for c = add.first_cooldown, add.last_cooldown do wanted[w + 2 + c - add.first_cooldown] = KEYS[c] end
    w = w + 2 + add.last_cooldown - add.first_cooldown
  end
end
if w > 0 then
  local texts = redis.call('MGET', unpack(wanted))
  w = 0
  for _, add in ipairs(adds) do
    if not add.answer then
      w = w + 1
      records[wanted[w]] = texts[w]
      for _ = add.first_cooldown, add.last_cooldown do
        w = w + 1
        if texts[w] and tonumber(texts[w]) > now then add.cooling = true end
      end
    end
  end
end

local replies = {}
for i = 1, add_count do
  local at = shard_count + 2 * i
  replies[at - 1], replies[at] = decide(adds[i])
end
if begun > 0 then
  local key = KEYS[1] .. int(floor(now / 60000))
  redis.call('INCRBY', key, begun)
  redis.call('PEXPIRE', key, 120000)
end
flush(shards)
for i, shard in ipairs(shards) do replies[i] = int(shard.seq) end
return replies
