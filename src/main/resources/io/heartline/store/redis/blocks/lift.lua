-- ARGV: 1 whom
-- Returns whether there was a block (0 or 1).
drop_over()
redis.call('ZREM', KEYS[2], ARGV[1])
local was = redis.call('HDEL', KEYS[1], ARGV[1])
if was == 1 then
  redis.call('INCR', KEYS[3])
end
return was
