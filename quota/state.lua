-- Shared by every script of the ledger (prepended to it): accounts, days, windows, records, events.
--
-- Account hash (`e/<enterprise>` and `m/<enterprise>/<member>`), all optional:
--   d, de, dn   local day, its end, the end of the next one (ms); a member has only d
--   z           time zone (enterprise)
--   ca, cp      daily caps active, passive; absent: the policy's starting caps
--   ua, up, uh  used today: active, passive, hand-overs (enterprise)
--   fa, fp, fh  refunds of today, likewise
--   ba, bp      burst windows, see windows.py for the packed form
--   R           restrictions: `scope,penalty_id,ends_ms|0,may_apply,may_appeal;…`
--   v           seq of the fold that set the caps
--   s           1: an event named it (a member)
-- Decision record, fields joined by `|`:
--   state fp decided_ms day expires_ms kind reason retry_ms hold_ms version limits restriction
--   enterprise member contact; then, in the first record of an add's day, how many were begun after
--   it because it and they were cancelled or expired
-- Shard hash `meta`: epoch (present once refilled), seq (last event), fence, published.

local NUMBERS = {'d', 'de', 'dn', 'ca', 'cp', 'ua', 'up', 'uh', 'fa', 'fp', 'fh'}
local TEXTS = {'z', 'ba', 'bp', 'R', 's'}
local WRITTEN = {'d', 'de', 'dn', 'ua', 'up', 'uh', 'fa', 'fp', 'fh', 'z', 'ba', 'bp'}
local FIELDS = {}
for _, field in ipairs(NUMBERS) do FIELDS[#FIELDS + 1] = field end
for _, field in ipairs(TEXTS) do FIELDS[#FIELDS + 1] = field end
local unpack = unpack or table.unpack

-- Names by number, from 0; replies.py lists them in the same order.
local REASONS = {[0] = 'ok', 'enterprise_restricted', 'member_restricted', 'contact_cooldown',
  'member_daily_cap', 'enterprise_daily_cap', 'handover_cap', 'member_burst', 'enterprise_burst'}

local SLOTS = 12 -- and the current one; windows.py says the same
local EXPIRE_AT_MOST = 100 -- holds returned by one call, so that no call is long

local function int(number)
  return string.format('%d', number)
end

local function clock(passed)
  if passed ~= '' then return tonumber(passed) end
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

-- Shards ---------------------------------------------------------------------------------------

-- A closed shard (empty or rolled back, not refilled yet) takes no writes; `seen` is the highest
-- seq the caller knows of.
local function open_shard(meta, stream, holds, seen)
  local state = redis.call('HMGET', meta, 'epoch', 'seq')
  local seq = tonumber(state[2] or '0')
  return {
    prefix = string.sub(meta, 1, -5), meta = meta, stream = stream, holds = holds,
    seq = seq, start = seq, closed = not state[1] or seq < seen,
  }
end

-- `body` is a JSON object without its closing brace.
local function append(shard, body)
  shard.seq = shard.seq + 1
  redis.call('XADD', shard.stream, int(shard.seq) .. '-0', 'e', body .. '}')
end

-- Accounts: each is read once a call, changed in memory, written once by flush -------------------

local accounts, dirty = {}, {}

local function account(key)
  local a = accounts[key]
  if a then return a end
  local values = redis.call('HMGET', key, unpack(FIELDS))
  a = {key = key}
  for i, field in ipairs(NUMBERS) do
    if values[i] then a[field] = tonumber(values[i]) end
  end
  for i, field in ipairs(TEXTS) do
    a[field] = values[#NUMBERS + i] or nil
  end
  a.known = a.d or a.ca or a.s
  accounts[key] = a
  return a
end

local function flush(shards)
  for key, a in pairs(dirty) do
    local pairs_ = {}
    for _, field in ipairs(WRITTEN) do
      local value = a[field]
      if value then
        pairs_[#pairs_ + 1] = field
        pairs_[#pairs_ + 1] = type(value) == 'number' and int(value) or value
      end
    end
    redis.call('HSET', key, unpack(pairs_))
  end
  for _, shard in ipairs(shards) do
    if shard.seq > shard.start then redis.call('HSET', shard.meta, 'seq', int(shard.seq)) end
  end
end

-- Days -----------------------------------------------------------------------------------------

local function clear(a)
  for _, field in ipairs({'ua', 'up', 'uh', 'fa', 'fp', 'fh'}) do
    if a[field] then a[field] = 0 end
  end
end

-- Opens the enterprise's day if its end has come; false where the caller must say which day it is.
local function open_day(e, now, day, day_end, next_end)
  if e.d and now < e.de then return true end
  if not day or now >= day_end or (e.d and day <= e.d) then return false end
  e.d, e.de, e.dn = day, day_end, next_end
  clear(e)
  return true
end

local function same_day(m, e)
  if m.d ~= e.d then
    m.d = e.d
    clear(m)
  end
end

-- Burst windows --------------------------------------------------------------------------------

local function read_window(packed, now, slot_ms)
  local w = {current = math.floor(now / slot_ms), slot_ms = slot_ms, used = 0}
  for i = 1, SLOTS + 1 do w[i] = 0 end
  if not packed then return w end
  local colon = string.find(packed, ':', 1, true)
  local last = math.floor(tonumber(string.sub(packed, 1, colon - 1)) / slot_ms)
  local shift = w.current - last
  if shift < 0 then w.current, shift = last, 0 end
  local bytes = {string.byte(packed, colon + 1, -1)}
  for i = 1 + shift, SLOTS + 1 do
    w[i - shift] = bytes[2 * i - 1] * 256 + bytes[2 * i]
    w.used = w.used + w[i - shift]
  end
  return w
end

local function pack_window(w)
  local bytes = {}
  for i = 1, SLOTS + 1 do
    bytes[2 * i - 1] = math.floor(w[i] / 256)
    bytes[2 * i] = w[i] % 256
  end
  return int(w.current * w.slot_ms) .. ':' .. string.char(unpack(bytes))
end

local function charge_window(w)
  w[SLOTS + 1] = math.min(w[SLOTS + 1] + 1, 65535)
  w.used = w.used + 1
end

-- When no more than `most` of what is counted now will be left.
local function window_falls_to(w, most, now)
  local left = w.used
  if left <= most then return now end
  for i = 1, SLOTS + 1 do
    left = left - w[i]
    if left <= most then return (w.current + i) * w.slot_ms end
  end
end

-- Restrictions ---------------------------------------------------------------------------------

-- The one that ends last of those that bind the direction now; nil where none does.
local function restriction(packed, now, active)
  if not packed then return nil end
  local found, found_ends
  for item in string.gmatch(packed, '([^;]+);') do
    local scope, ends = string.match(item, '^([^,]+),[^,]+,(%d+),')
    ends = tonumber(ends)
    -- Whoever administers the enterprise is not known here: that block is for others to ask about.
    local binds = scope ~= 'admin_account' and (active or scope ~= 'active_adds')
    if binds and (ends == 0 or ends > now) then
      local later = ends == 0 and math.huge or ends
      if not found or later > found_ends then found, found_ends = item, later end
    end
  end
  return found, found_ends
end

-- Records --------------------------------------------------------------------------------------

local function read_record(text)
  local f = {}
  for field in string.gmatch(text .. '|', '([^|]*)|') do f[#f + 1] = field end
  return {
    state = f[1], fingerprint = f[2], decided = tonumber(f[3]), day = tonumber(f[4]),
    expires = tonumber(f[5]), kind = f[6], hold = tonumber(f[9]),
    enterprise = f[13], member = f[14], contact = f[15], number = tonumber(f[16] or '0'), text = text,
  }
end

local function number_record(record, number)
  local text = record.number > 0 and string.gsub(record.text, '|%d+$', '') or record.text
  return text .. '|' .. int(number)
end

local function set_state(key, record, state)
  redis.call('SETRANGE', key, 0, state)
  record.state = state
  record.text = state .. string.sub(record.text, 2)
end

local USED = {a = 'ua', p = 'up', h = 'uh'}
local REFUNDED = {a = 'fa', p = 'fp', h = 'fh'}

-- Gives back what the record charged; false where its day is closed (then it is only journaled).
local function refund(shard, record, now, counted)
  local e = account(shard.prefix .. 'e/' .. record.enterprise)
  if e.d ~= record.day or now >= e.de then return false end
  local m = account(shard.prefix .. 'm/' .. record.enterprise .. '/' .. record.member)
  local used, refunded = USED[record.kind], REFUNDED[record.kind]
  local holder = record.kind == 'h' and e or m
  if record.kind ~= 'h' and m.d == record.day then
    m[used] = math.max(0, (m[used] or 0) - 1)
    dirty[m.key] = m
  end
  e[used] = math.max(0, (e[used] or 0) - 1)
  if counted then holder[refunded] = (holder[refunded] or 0) + 1 end
  dirty[e.key] = e
  return true
end

local function append_settled(shard, kind, id, record, now, refunded)
  local e = account(shard.prefix .. 'e/' .. record.enterprise)
  append(shard, '{"type":"add.' .. kind .. '","at":' .. int(now)
    .. ',"enterprise_id":"' .. record.enterprise .. '","member_id":"' .. record.member
    .. '","target":"' .. record.contact .. '","decision_id":"' .. id
    .. '","kind":"' .. record.kind .. '","charged_day":' .. int(record.day)
    .. ',"refunded":' .. tostring(refunded) .. ',"received_ms":' .. int(now)
    .. ',"day":' .. int(e.d or record.day) .. ',"day_end_ms":' .. int(e.de or 0))
end

local function expire(shard, id, record, now)
  local refunded = refund(shard, record, now, false)
  set_state(shard.prefix .. 'r/' .. id, record, 'e')
  redis.call('ZREM', shard.holds, id)
  append_settled(shard, 'expired', id, record, now, refunded)
end

local function expire_holds(shard, now)
  local due = redis.call('ZRANGEBYSCORE', shard.holds, '-inf', int(now), 'LIMIT', 0, EXPIRE_AT_MOST)
  for _, id in ipairs(due) do
    local text = redis.call('GET', shard.prefix .. 'r/' .. id)
    local record = text and read_record(text)
    if record and record.state == 'h' and record.expires > now then
      expire(shard, id, record, now)
    else
      redis.call('ZREM', shard.holds, id)
    end
  end
  return #due
end
