-- KEYS: 1 the secrets of all nodes, by name
-- ARGV: 1 the name 2 a secret, if there is none yet
-- Returns the secret.
redis.call('HSETNX', KEYS[1], ARGV[1], ARGV[2])
return redis.call('HGET', KEYS[1], ARGV[1])
