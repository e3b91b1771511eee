-- Says something to those who listen.
-- KEYS: 1 the name they listen to
-- ARGV: 1 the message 2 PUBLISH or SPUBLISH
return redis.call(ARGV[2], KEYS[1], ARGV[1])
