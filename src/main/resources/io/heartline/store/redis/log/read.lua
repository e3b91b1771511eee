-- Reads a channel: what lies after an offset, or its newest publications, whichever is more; or its head only.
-- KEYS 1 all  2 names  3 c:<channel>  4 l:<channel>
-- ARGV 1 the channel's name  2 life of a new store  3 the offset, or ''  4 how many of the newest
-- Returns "<epoch> <offset of the newest> <its tag>", "<offset before what follows> <its tag>", and the entries
local all = redis.call('HMGET', KEYS[1], 'life', 'gen', 'seq')
local life, gen = all[1], tonumber(all[2] or 0)
if not life then
  life = ARGV[2]
  redis.call('HSET', KEYS[1], 'life', life, 'gen', 0, 'seq', 0, 'bytes', 0, 'names', 0)
end
local m = redis.call('HMGET', KEYS[3], 'e', 's', 'g', 'f', 'n')
if not m[1] then
  return { epoch(life, gen) .. ' 0 0', '0 0' }
end
redis.call('ZADD', KEYS[2], 'XX', redis.call('HINCRBY', KEYS[1], 'seq', 1), ARGV[1])
local newest, count = tonumber(m[2]), tonumber(m[5])
local before = newest - count
local skip = count
if ARGV[3] ~= '' then
  skip = math.min(skip, math.max(0, tonumber(ARGV[3]) - before))
end
skip = math.min(skip, math.max(0, count - tonumber(ARGV[4])))
local answer = { m[1] .. ' ' .. m[2] .. ' ' .. m[3] }
if skip == count then
  answer[2] = m[2] .. ' ' .. m[3]
elseif skip == 0 then
  answer[2] = int(before) .. ' ' .. m[4]
  for i, entry in ipairs(redis.call('LRANGE', KEYS[4], 0, -1)) do
    answer[i + 2] = entry
  end
else
  local entries = redis.call('LRANGE', KEYS[4], skip - 1, -1)
  local tag = measure(entries[1])
  answer[2] = int(before + skip) .. ' ' .. int(tag)
  for i = 2, #entries do
    answer[i + 1] = entries[i]
  end
end
return answer
