-- Reads seats, and keeps each for longer while somebody sits there.
-- KEYS: the seats
-- ARGV: 1 what the text of a taken seat begins with 2 how long such a seat is kept (ms)
-- Returns the time (ms), then the text of each, empty if there is none.
local time = redis.call('TIME')
local answer = { time[1] * 1000 + math.floor(time[2] / 1000) }
for i, seat in ipairs(KEYS) do
  local text = redis.call('GET', seat) or ''
  if string.sub(text, 1, #ARGV[1]) == ARGV[1]
      and redis.call('PTTL', seat) < tonumber(ARGV[2]) / 2 then
    redis.call('PEXPIRE', seat, ARGV[2])
  end
  answer[i + 1] = text
end
return answer
