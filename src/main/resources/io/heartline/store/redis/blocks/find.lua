-- KEYS: 1 the blocks, by whom
-- ARGV: whom to look up
-- Returns the time (ms), then what there is for each.
local time = redis.call('TIME')
local found = redis.call('HMGET', KEYS[1], unpack(ARGV))
table.insert(found, 1, time[1] * 1000 + math.floor(time[2] / 1000))
return found
