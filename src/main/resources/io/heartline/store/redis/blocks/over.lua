-- KEYS: 1 the blocks, by whom 2 the same by when they end (ms) 3 the number of changes
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- Forgets blocks that are over.
local function drop_over()
  local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', string.format('%.0f', now), 'LIMIT', 0, 1000)
  for _, whom in ipairs(over) do
    redis.call('HDEL', KEYS[1], whom)
    redis.call('ZREM', KEYS[2], whom)
  end
end
