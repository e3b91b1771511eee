-- Reads a seat, and keeps it for longer while somebody sits there.
-- KEYS: 1 the seat
-- ARGV: 1 what the text of a taken seat begins with 2 how long such a seat is kept (ms)
-- Returns the text, empty if there is none, and the time (ms).
local text = redis.call('GET', KEYS[1]) or ''
if string.sub(text, 1, #ARGV[1]) == ARGV[1]
    and redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) / 2 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
local time = redis.call('TIME')
return { text, time[1] * 1000 + math.floor(time[2] / 1000) }
