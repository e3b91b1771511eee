-- Does once what is done all the time: writes, publishes, and tells the time.
-- KEYS: 1 a key, also the name of what is published
-- ARGV: 1 PUBLISH or SPUBLISH 2 NUMSUB or SHARDNUMSUB
-- Returns the time: seconds since 1970, and microseconds.
redis.call('SET', KEYS[1], '1', 'PX', 1000)
redis.call(ARGV[1], KEYS[1], '')
redis.call('PUBSUB', ARGV[2], KEYS[1])
return redis.call('TIME')
