-- Gives a channel a new epoch: its log was set back, and somebody has what it no longer holds. So everybody who reads on is
-- told of a gap, also those who never heard of what was lost. Of several nodes that notice it the first one does it.
-- KEYS 1 all  2 c:<channel>  3 whole, which never exists: see Partition
-- ARGV 1 the epoch that was set back
if redis.call('HGET', KEYS[2], 'e') == ARGV[1] then
  local life = redis.call('HGET', KEYS[1], 'life')
  redis.call('HSET', KEYS[2], 'e', epoch(life, redis.call('HINCRBY', KEYS[1], 'gen', 1)))
end
return 1
