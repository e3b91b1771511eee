-- KEYS: 1 the ticket 2 when the open tickets end (ms) 3 the same for those of a user, without the user.
--       No key is called just that, so this does not run while a Redis Cluster moves the keys
-- ARGV: 1 the ticket's hash 2 the user 3 who comes in with it 4 how long it is good (ms)
--       5 the most tickets 6 the most of a user
-- Returns 1; 0 if too many are open.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local ends = string.format('%.0f', now + ARGV[4])
local most = {tonumber(ARGV[5]), tonumber(ARGV[6])}
local all = {KEYS[2], KEYS[3] .. ARGV[2]}
for i, open in ipairs(all) do
  redis.call('ZREMRANGEBYSCORE', open, '-inf', string.format('%.0f', now))
  if redis.call('ZCARD', open) >= most[i] then
    return 0
  end
end
for _, open in ipairs(all) do
  redis.call('ZADD', open, ends, ARGV[1])
  redis.call('PEXPIRE', open, ARGV[4])
end
redis.call('HSET', KEYS[1], 'user', ARGV[2], 'identity', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
