-- Renews the lease of one node and reads those of all.
-- KEYS[1] the hash of leases; ARGV[1] boot id, ARGV[2] sealed lease, ARGV[3] milliseconds until the hash goes
-- when nobody renews anything, ARGV[4...] boot ids whose leases are deleted.
-- Returns 1 when the node's lease was there before, else 0; then boot ids and leases in turn.
local was = redis.call('HEXISTS', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
for i = 4, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
end
redis.call('PEXPIRE', KEYS[1], ARGV[3])
local all = redis.call('HGETALL', KEYS[1])
table.insert(all, 1, was)
return all
