-- Counts how often it was run. KEYS: 1 the counter
return redis.call('INCR', KEYS[1])
