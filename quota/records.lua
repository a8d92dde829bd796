-- Decision records, what a cancel or an expired hold gives back, and their events; records.py packs them.

local EXPIRE_AT_MOST = 100 -- holds returned by one call, so that no call is long

local HEAD = 37 -- bytes before the limits
local LIMITS = {a = 40, p = 28, h = 8} -- and how many those of a kind take

local function read_record(text)
  local kind = sub(text, 2, 2)
  if not LIMITS[kind] then return nil end -- none of this layout
  local _, enterprise, member, contact, number = string.match(
    sub(text, HEAD + LIMITS[kind] + 1), '^([^|]*)|([^|]*)|([^|]*)|([^|]*)|?(%d*)$')
  local state = sub(text, 1, 1)
  return {
    state = state, fingerprint = sub(text, 4, 9), decided = u48(text, 10), day = u16(text, 16),
    expires = u48(text, 22), kind = kind, hold = u48(text, 28),
    enterprise = enterprise, member = member, contact = contact,
    number = tonumber(number) or 0, text = text,
  }
end

local function number_record(record, number)
  local text = record.number > 0 and string.gsub(record.text, '|%d+$', '') or record.text
  return text .. '|' .. int(number)
end

local function set_state(key, record, state)
  redis.call('SETRANGE', key, 0, state)
  record.state = state
  record.text = state .. sub(record.text, 2)
  records[key] = record.text
end

local USED = {a = UA, p = UP, h = UH}
local REFUNDED = {a = FA, p = FP, h = FH}

local function add_to(a, place, by)
  put(a, place, p32[math.max(0, u32(a.s, place) + by)])
  dirty[a.key] = a
end

-- Gives back what the record charged; false where its day is closed (then it is only journaled).
local function refund(shard, record, now, counted)
  local e = account(shard.prefix .. 'e/' .. record.enterprise)
  if e.d ~= record.day or now >= u48(e.s, DE) then return false end
  local m = account(shard.prefix .. 'm/' .. record.enterprise .. '/' .. record.member)
  local holder = record.kind == 'h' and e or m
  if record.kind ~= 'h' and m.d == record.day then add_to(m, USED[record.kind], -1) end
  add_to(e, USED[record.kind], -1)
  if counted then add_to(holder, REFUNDED[record.kind], 1) end
  return true
end

local function append_settled(shard, kind, id, record, now, refunded)
  local e = account(shard.prefix .. 'e/' .. record.enterprise)
  append(shard, '{"type":"add.' .. kind .. '","at":' .. int(now)
    .. ',"enterprise_id":"' .. record.enterprise .. '","member_id":"' .. record.member
    .. '","target":"' .. record.contact .. '","decision_id":"' .. id
    .. '","kind":"' .. record.kind .. '","charged_day":' .. int(record.day)
    .. ',"refunded":' .. tostring(refunded) .. ',"received_ms":' .. int(now)
    .. ',"day":' .. int(e.d > 0 and e.d or record.day) .. ',"day_end_ms":' .. int(u48(e.s, DE)) .. '}')
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
