-- Says whose keys these are, and writes it if nobody has.
-- KEYS: 1 what is known about the keys with our prefix
-- ARGV: 1 layout 2 cluster 3 partitions, empty to write nothing
-- Returns layout, cluster and partitions; or what kind of key is there, 'none' if there is none.
local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' and ARGV[1] ~= '' then
  redis.call('HSET', KEYS[1], 'layout', ARGV[1], 'cluster', ARGV[2], 'partitions', ARGV[3])
  kind = 'hash'
end
if kind ~= 'hash' then
  return { kind }
end
local about = redis.call('HMGET', KEYS[1], 'layout', 'cluster', 'partitions')
return { about[1] or '', about[2] or '', about[3] or '' }
