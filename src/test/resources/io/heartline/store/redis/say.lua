-- Says something. KEYS: 1 to whom ; ARGV: 1 PUBLISH or SPUBLISH 2 what
return redis.call(ARGV[1], KEYS[1], ARGV[2])
