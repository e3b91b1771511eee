-- ARGV: 1 the number of changes that the caller knows
-- Returns the number of changes, and all blocks (whom, block, whom, block, ...) if it is another.
drop_over()
local version = redis.call('GET', KEYS[3]) or '0'
if version == ARGV[1] then
  return {version}
end
local all = redis.call('HGETALL', KEYS[1])
table.insert(all, 1, version)
return all
