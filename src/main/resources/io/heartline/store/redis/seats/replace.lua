-- Puts a text in place of another.
-- KEYS: 1 the seat
-- ARGV: 1 what is there, empty for nothing 2 what comes there, empty for nothing 3 for how long (ms)
--       4 when it was read (ms) 5 how long ago that may be (ms)
-- Returns 1, or 0 if something else is there or it was read too long ago. Repeating it does no
-- harm: each text is written by one claim or one end only.
local time = redis.call('TIME')
local age = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[4]
if math.abs(age) > tonumber(ARGV[5]) then
  return 0
end
local text = redis.call('GET', KEYS[1]) or ''
if text == ARGV[1] then
  if ARGV[2] == '' then
    redis.call('DEL', KEYS[1])
  else
    redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
  end
  return 1
end
return text == ARGV[2] and 1 or 0
