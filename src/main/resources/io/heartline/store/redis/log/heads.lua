-- Returns the heads of channels, "<epoch> <offset> <tag>" for each.
-- KEYS 1 all  2.. c:<channel> ; ARGV 1 life of a new store
local all = redis.call('HMGET', KEYS[1], 'life', 'gen')
local none = epoch(all[1] or ARGV[1], tonumber(all[2] or 0)) .. ' 0 0'
local heads = {}
for i = 2, #KEYS do
  local m = redis.call('HMGET', KEYS[i], 'e', 's', 'g')
  heads[i - 1] = m[1] and (m[1] .. ' ' .. m[2] .. ' ' .. m[3]) or none
end
return heads
