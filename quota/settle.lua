-- Commits or cancels one decision; repeating gives the same answer and refunds nothing again.
--
-- KEYS  meta, stream, holds, record
-- ARGV  now_ms or '', highest seq seen, decision id, action commit|cancel, refund window_ms,
--       refund share, refunds at least, starting caps of a member (active, passive), hand-over cap
-- Reply: `<state>` (one letter), `!<state>|<why not>`, `!none` (no such decision), `!closed`.

local now = clock(ARGV[1])
local id, action = ARGV[3], ARGV[4]
local window_ms, share, at_least = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local shard = open_shard(KEYS[1], KEYS[2], KEYS[3], tonumber(ARGV[2]))
if shard.closed then return '!closed' end

local text = redis.call('GET', KEYS[4])
local record = text and read_record(text)
if not record or record.expires <= now then return '!none' end
if record.state == 'h' and record.hold <= now then expire(shard, id, record, now) end

local function refunds_left()
  local e = account(shard.prefix .. 'e/' .. record.enterprise)
  local m = account(shard.prefix .. 'm/' .. record.enterprise .. '/' .. record.member)
  local caps = {
    a = cap_of(m, CA, tonumber(ARGV[8])), p = cap_of(m, CP, tonumber(ARGV[9])), h = tonumber(ARGV[10]),
  }
  local holder = record.kind == 'h' and e or m
  local most = math.max(at_least, floor(caps[record.kind] * share))
  return e.d ~= record.day or now >= u48(e.s, DE) or holder.d ~= record.day
    or u32(holder.s, REFUNDED[record.kind]) < most
end

local function commit()
  if record.state == 'c' then return 'c' end
  if record.state ~= 'h' then return '!' .. record.state .. '|only a live hold can be committed' end
  set_state(KEYS[4], record, 'c')
  redis.call('ZREM', shard.holds, id)
  append_settled(shard, 'committed', id, record, now, false)
  return 'c'
end

local function cancel()
  if record.state == 'x' then return 'x' end
  if record.state ~= 's' and record.state ~= 'h' then
    return '!' .. record.state .. '|only a spend or a live hold can be cancelled'
  end
  local spent = record.state == 's'
  if spent and now > record.decided + window_ms then
    return '!s|the time for a cancel, counted from the spend, is over'
  end
  if spent and not refunds_left() then return '!s|the refunds of the day are used up' end
  local refunded = refund(shard, record, now, spent)
  set_state(KEYS[4], record, 'x')
  redis.call('ZREM', shard.holds, id)
  append_settled(shard, 'cancelled', id, record, now, refunded)
  return 'x'
end

local reply = action == 'commit' and commit() or action == 'cancel' and cancel()
flush({shard})
return reply
