-- Drops what is too old in channels to which nobody publishes, and ids; some at a time. Returns how many channels it emptied.
-- KEYS 1 all  2 old  3 ids  4 idq  5 whole ; ARGV 1 P  2 now  3 age of ids  4 most ids  5 most channels
local now = tonumber(ARGV[2])
local names = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', '(' .. ARGV[2], 'LIMIT', 0, ARGV[5])
local freed = 0
for _, name in ipairs(names) do
  local channel = ARGV[1] .. 'c:' .. name
  local m = redis.call('HMGET', channel, 'b', 'g')
  if m[1] then
    freed = freed + tonumber(m[1])
    redis.call('HSET', channel, 'f', m[2], 'b', 0, 'n', 0)
  end
  redis.call('UNLINK', ARGV[1] .. 'l:' .. name)
  redis.call('ZREM', KEYS[2], name)
end
if freed > 0 then
  redis.call('HINCRBY', KEYS[1], 'bytes', int(-freed))
end
trimIds(KEYS[3], KEYS[4], now, tonumber(ARGV[3]), tonumber(ARGV[4]))
return #names
