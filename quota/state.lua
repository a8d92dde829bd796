-- Shared by every script of the ledger (before it, with windows.lua and records.lua): numbers, shards,
-- accounts, days, restrictions.
--
-- Account string (`e/<enterprise>` and `m/<enterprise>/<member>`), big-endian numbers at fixed places;
-- what is missing at its end counts as zeros. accounts.py reads the same.
--   1 named: 1 once an event named it (a member)     2 ca, 6 cp: daily caps active, passive, each + 1;
--   10 v (6 bytes): seq of the fold that set them       0: the policy's starting caps
--   16 d: local day; 0: none yet                     20 uh: hand-overs of that day (enterprise)
--   24 fa, 28 fp, 32 fh: refunds of that day:        36 de, 42 dn (6 bytes each): the day's end and that
--      active, passive, hand-overs                      of the next one, ms (enterprise)
--   48 ua, 86 up: active, passive adds of that day   52 ba, 90 bp: burst windows of them (windows.py)
--   124 restrictions `scope,penalty_id,ends_ms|0,may_apply,may_appeal;…`, `|`, time zone (enterprise)
-- Decision record: a head, its limits and texts; records.py has the places. Then, in the first record
--   of an add's day, `|` and how many were begun after it because it and they were cancelled or expired
-- Shard hash `meta`: epoch.2 (present once refilled), seq (last event), fence, published,
--   trimmed (the stream holds events behind this one only)
-- Stream entry: the events of one call in order, numbered by the last; each is two pairs of field and
--   value, `a`, what else was said of an add, its decision's id, its record; or one, `e`, its JSON

local byte, char, sub, floor = string.byte, string.char, string.sub, math.floor
local unpack = unpack or table.unpack

-- Places in an account string.
local NAMED, CA, CP, V, D, UH, FA, FP, FH = 1, 2, 6, 10, 16, 20, 24, 28, 32
local DE, DN, UA, BA, UP, BP, TEXTS = 36, 42, 48, 52, 86, 90, 124
local NOTHING = string.rep('\0', TEXTS - 1)

-- Numbers ----------------------------------------------------------------------------------------

local function int(number)
  return string.format('%d', number)
end

local function u16(s, at)
  local a, b = byte(s, at, at + 1)
  return a * 256 + b
end

local function u32(s, at)
  local a, b, c, d = byte(s, at, at + 3)
  return ((a * 256 + b) * 256 + c) * 256 + d
end

local function u48(s, at)
  return u16(s, at) * 4294967296 + u32(s, at + 2)
end

-- Packed numbers, by number: caps, ends of slots and small counts come again and again in a call.
local p32 = setmetatable({}, {__index = function(known, n)
  local d = n % 256
  local left = (n - d) / 256
  local c = left % 256
  left = (left - c) / 256
  local b = left % 256
  local packed = char((left - b) / 256, b, c, d)
  known[n] = packed
  return packed
end})

local p16 = setmetatable({}, {__index = function(known, n)
  local b = n % 256
  local packed = char((n - b) / 256, b)
  known[n] = packed
  return packed
end})

local function p48(n)
  local low = n % 4294967296
  return p16[(n - low) / 4294967296] .. p32[low]
end

local function clock(passed)
  if passed ~= '' then return tonumber(passed) end
  local t = redis.call('TIME')
  return t[1] * 1000 + floor(t[2] / 1000)
end

-- Shards ---------------------------------------------------------------------------------------

-- A closed shard (empty or rolled back, not refilled yet) takes no writes; `seen` is the highest
-- seq the caller knows of.
local function open_shard(meta, stream, holds, seen)
  local state = redis.call('HMGET', meta, 'epoch.2', 'seq', 'trimmed')
  local seq = tonumber(state[2] or '0')
  return {
    prefix = sub(meta, 1, -5), id_at = #meta - 1, meta = meta, stream = stream, holds = holds, coming = {},
    seq = seq, closed = not state[1] or seq < seen, waiting = seq - tonumber(state[3] or '0'),
  }
end

-- Adds an event to what `flush` writes, as the top says.
local function append(shard, json)
  local coming = shard.coming
  local n = #coming
  shard.seq = shard.seq + 1
  coming[n + 1], coming[n + 2] = 'e', json
end

local function append_add(shard, said, id, record)
  local coming = shard.coming
  local n = #coming
  shard.seq = shard.seq + 1
  coming[n + 1], coming[n + 2], coming[n + 3], coming[n + 4] = 'a', said, id, record
end

-- Accounts: each is read once a call, changed in memory, written once by flush -------------------

local accounts, dirty = {}, {}

local function loaded(key, text)
  local s = text or NOTHING
  if #s < TEXTS - 1 then s = s .. sub(NOTHING, #s + 1) end
  local d = u32(s, D)
  local known = d > 0 or byte(s, NAMED) > 0 or u32(s, CA) > 0
  local a = {key = key, s = s, was = s, d = d, known = known, de = false, dn = false, today = false}
  accounts[key] = a
  return a
end

local function account(key)
  return accounts[key] or loaded(key, redis.call('GET', key))
end

-- Reads many at once, but for those that were read before.
local function load_accounts(keys)
  local texts = redis.call('MGET', unpack(keys))
  for i = 1, #keys do
    if not accounts[keys[i]] then loaded(keys[i], texts[i]) end
  end
end

local function cap_of(a, place, starting)
  local cap = u32(a.s, place)
  return cap > 0 and cap - 1 or starting
end

local function put(a, place, packed)
  a.s = sub(a.s, 1, place - 1) .. packed .. sub(a.s, place + #packed)
end

local function zone_of(e)
  local bar = string.find(e.s, '|', TEXTS, true)
  return bar and bar < #e.s and sub(e.s, bar + 1) or nil
end

-- Records are written with their accounts: { key, text, ms to live }; `records` has them by key.
local records, remembered = {}, {}

local function flush(shards)
  local writes = {}
  for key, a in pairs(dirty) do
    if a.s ~= a.was then
      writes[#writes + 1] = key
      writes[#writes + 1] = a.s
    end
  end
  if #writes > 0 then redis.call('MSET', unpack(writes)) end
  for _, record in ipairs(remembered) do
    redis.call('SET', record[1], record[2], 'PX', record[3])
  end
  for _, shard in ipairs(shards) do
    if #shard.coming > 0 then
      redis.call('XADD', shard.stream, int(shard.seq) .. '-0', unpack(shard.coming))
      redis.call('HSET', shard.meta, 'seq', int(shard.seq))
    end
  end
end

-- Days -----------------------------------------------------------------------------------------

local UNUSED = string.rep('\0', DE - UH)

local function begin_day(a, day)
  a.d = day
  put(a, D, p32[day] .. UNUSED)
  put(a, UA, p32[0])
  put(a, UP, p32[0])
end

local function is_open(e, now)
  if not e.de then e.de, e.dn = u48(e.s, DE), u48(e.s, DN) end
  return e.d > 0 and now < e.de
end

-- Opens the enterprise's day if its end has come; false where the caller must say which day it is.
local function open_day(e, now, day, day_end, next_end)
  if is_open(e, now) then return true end
  if not day or now >= day_end or day <= e.d then return false end
  begin_day(e, day)
  e.de, e.dn = day_end, next_end
  put(e, DE, p48(day_end) .. p48(next_end))
  return true
end

local function same_day(m, e)
  if m.d ~= e.d then begin_day(m, e.d) end
end

local function name_zone(e, zone)
  if not zone_of(e) then e.s = e.s .. '|' .. zone end
end

-- Restrictions ---------------------------------------------------------------------------------

-- The one that ends last of those that bind the direction now; nil where none does.
local function restriction(a, now, active)
  if #a.s < TEXTS or byte(a.s, TEXTS) == 124 then return nil end -- none; 124 is `|`
  local found, found_ends
  for item in string.gmatch(sub(a.s, TEXTS), '([^;|]+);') do
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
