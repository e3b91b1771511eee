-- Ends the lease of a node.
-- KEYS: 1 the leases
-- ARGV: 1 the node
return redis.call('ZREM', KEYS[1], ARGV[1])
