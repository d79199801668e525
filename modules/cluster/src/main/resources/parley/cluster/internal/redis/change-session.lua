-- Puts a session of an account in the place of what was said of it before, or takes it away.
-- KEYS[1] the hash of one node's sessions; ARGV[1] account, ARGV[2] session (8 bytes), ARGV[3] its record or '',
-- ARGV[4] milliseconds that the hash lives when it is new. A value is a list of records, each behind its length
-- (2 bytes, big-endian); a record begins with its session. Returns 1.
local old = redis.call('HGET', KEYS[1], ARGV[1])
local new = ''
if old then
  local at = 1
  while at + 1 <= #old do
    local next = at + 2 + struct.unpack('>H', old, at)
    if string.sub(old, at + 2, at + 9) ~= ARGV[2] then
      new = new .. string.sub(old, at, next - 1)
    end
    at = next
  end
end
new = new .. ARGV[3]
if #new == 0 then
  redis.call('HDEL', KEYS[1], ARGV[1])
else
  redis.call('HSET', KEYS[1], ARGV[1], new)
  if redis.call('PTTL', KEYS[1]) < 0 then
    redis.call('PEXPIRE', KEYS[1], ARGV[4])
  end
end
return 1
