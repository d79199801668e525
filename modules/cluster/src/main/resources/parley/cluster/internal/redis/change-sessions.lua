-- Puts sessions in the place of what was said of them before, or takes them away, in the order of the arguments.
-- KEYS[1] the hash of one node's sessions; ARGV[1] milliseconds that the hash lives when it is new, then for each
-- session: its account, the session (8 bytes), its record or ''. A value is a list of records, each behind its
-- length (2 bytes, big-endian); a record begins with its session. Returns 1 when the hash holds
-- anything now, and 2 more when it held anything before.
local accounts, places = {}, {}
for i = 2, #ARGV, 3 do
  if not places[ARGV[i]] then
    accounts[#accounts + 1] = ARGV[i]
    places[ARGV[i]] = #accounts
  end
end
local values = redis.call('HMGET', KEYS[1], unpack(accounts))
for i = 2, #ARGV, 3 do
  local place, session = places[ARGV[i]], ARGV[i + 1]
  local old, new, at = values[place] or '', '', 1
  while at + 1 <= #old do
    local next = at + 2 + struct.unpack('>H', old, at)
    if string.sub(old, at + 2, at + 9) ~= session then
      new = new .. string.sub(old, at, next - 1)
    end
    at = next
  end
  values[place] = new .. ARGV[i + 2]
end
local kept, gone = {}, {}
for place, account in ipairs(accounts) do
  if #values[place] == 0 then
    gone[#gone + 1] = account
  else
    kept[#kept + 1] = account
    kept[#kept + 1] = values[place]
  end
end
local was, is = 0, 0
if #gone > 0 then
  was = redis.call('HDEL', KEYS[1], unpack(gone))
end
if #kept > 0 then
  redis.call('HSET', KEYS[1], unpack(kept))
  if redis.call('PTTL', KEYS[1]) < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[1])
  else
    was = 1
  end
  is = 1
else
  is = redis.call('EXISTS', KEYS[1])
end
if was > 0 or (is == 1 and #kept == 0) then
  return is + 2
end
return is
