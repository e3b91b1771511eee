-- KEYS: 1 the ticket 2 when the open tickets end (ms) 3 the same for those of a user, without the user.
--       No key is called just that, so this does not run while a Redis Cluster moves the keys
-- ARGV: 1 the ticket's hash
-- Returns who comes in with it; nothing if there is no such ticket.
local found = redis.call('HMGET', KEYS[1], 'user', 'identity')
if not found[1] then
  return false
end
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3] .. found[1], ARGV[1])
return found[2]
