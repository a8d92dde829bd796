-- The requests of traffic.py for wrk, and a line of JSON about how they were answered.
--
-- wrk … URL -- key=value …  with the fields of Traffic: run, members, enterprises, used_up,
-- denied_share, items, form, path, with_request_id ("1" or ""), way, and header:Name=value.

local asked = { head = "" }
local sent = 0

function init(args)
  for _, arg in ipairs(args) do
    local key, value = arg:match("^([^=]+)=(.*)$")
    local header = key:match("^header:(.+)$")
    if header then
      asked.head = asked.head .. header .. ": " .. value .. "\r\n"
    else
      asked[key] = tonumber(value) and key ~= "run" and tonumber(value) or value
    end
  end
  asked.head = "POST " .. asked.path .. " HTTP/1.1\r\nHost: " .. wrk.host .. "\r\n" .. asked.head
  if asked.form == "body" then
    asked.head = asked.head .. "Content-Type: application/json\r\n"
  end
  math.randomseed(tonumber(asked.run, 16))
end

local function account()
  if math.random() < asked.denied_share then
    local n = math.random(0, asked.used_up - 1)
    return "e" .. n, "used-" .. n
  end
  local n = math.random(0, asked.members - 1)
  return "e" .. (n % asked.enterprises), "m" .. n
end

local function add(mark)
  local enterprise, member = account()
  local id = asked.with_request_id == 1 and ',"request_id":"r-' .. mark .. '"' or ""
  return '{"enterprise_id":"' .. enterprise .. '","member_id":"' .. member ..
    '","target_id":"wm-' .. mark .. '","way":"' .. asked.way .. '"' .. id .. "}"
end

local function batch(mark)
  local items = {}
  for n = 1, asked.items do
    items[n] = add(mark .. "-" .. n)
  end
  return '{"items":[' .. table.concat(items, ",") .. "]}"
end

local function headers(mark)
  local enterprise, member = account()
  local id = asked.with_request_id == 1 and "Idempotency-Key: r-" .. mark .. "\r\n" or ""
  return asked.head .. "X-Enterprise-Id: " .. enterprise .. "\r\nX-Member-Id: " .. member ..
    "\r\nX-Target-Id: wm-" .. mark .. "\r\nX-Add-Way: " .. asked.way .. "\r\n" .. id ..
    "Content-Length: 0\r\n\r\n"
end

function request()
  sent = sent + 1
  local mark = asked.run .. "-" .. sent
  if asked.form == "headers" then
    return headers(mark)
  end
  local body = asked.items == 1 and add(mark) or batch(mark)
  return asked.head .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency, _)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"seconds":%.6f,"errors":%d,"refused":%d,' ..
    '"p50_ms":%.3f,"p95_ms":%.3f,"p99_ms":%.3f,"p999_ms":%.3f}\n',
    summary.requests, summary.duration / 1e6,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    latency:percentile(99) / 1e3, latency:percentile(99.9) / 1e3
  ))
end
