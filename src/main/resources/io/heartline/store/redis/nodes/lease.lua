-- Renews the lease of a node and says who lives.
-- KEYS: 1 the leases: until when each node lives, in ms by this clock
-- ARGV: 1 the node 2 how long a lease lasts (ms)
-- Returns whether the node's lease had not run out yet (0 or 1), then the names of those who live.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local longest = string.format('%.0f', now + ARGV[2])
local had = tonumber(redis.call('ZSCORE', KEYS[1], ARGV[1]) or 0)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
-- A lease that ends later than any can was given before the clock was set back.
for _, name in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. longest, '+inf')) do
  redis.call('ZADD', KEYS[1], longest, name)
end
redis.call('ZADD', KEYS[1], longest, ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
local answer = redis.call('ZRANGE', KEYS[1], 0, -1)
table.insert(answer, 1, had > now and 1 or 0)
return answer
