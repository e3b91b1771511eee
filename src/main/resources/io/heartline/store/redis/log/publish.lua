-- Appends a group of calls, each as a whole or not at all, and tells who listens.
-- KEYS 1 all  2 names  3 old  4 ids  5 idq  6 whole, which never exists: see Partition
-- ARGV 1 P  2 now  3 life of a new store  4 most names  5 most bytes  6 most ids  7 age of ids
--      8 NUMSUB or SHARDNUMSUB  9 PUBLISH or SPUBLISH  10 number of channels,
--      then for each channel: its name, most publications, their age, their bytes,
--      then the number of texts, and the texts,
--      then the number of calls, for each its number of drafts,
--      for each draft: its channel (1 is the first), the key of its id or '', its text (1 is the first), its id or ''
-- Returns for each channel "<epoch> <first new offset> <tag before>", or '' if nothing is new,
--      then for each draft "new <position>", "old <position>" if its id was taken, or "full"
local P, now = ARGV[1], tonumber(ARGV[2])
local mostNames, mostBytes = tonumber(ARGV[4]), tonumber(ARGV[5])
local mostIds, idAge = tonumber(ARGV[6]), tonumber(ARGV[7])
local numsub, publish = ARGV[8], ARGV[9]
local all = redis.call('HMGET', KEYS[1], 'life', 'gen', 'seq', 'bytes', 'names')
local life = all[1] or ARGV[3]
local gen, seq = tonumber(all[2] or 0), tonumber(all[3] or 0)
local bytes, names = tonumber(all[4] or 0), tonumber(all[5] or 0)

local function load(c)
  local m = redis.call('HMGET', P .. 'c:' .. c.name, 'e', 's', 'g', 'f', 'b', 'n')
  if m[1] then
    c.e, c.s, c.g, c.f = m[1], tonumber(m[2]), tonumber(m[3]), tonumber(m[4])
    c.b, c.n = tonumber(m[5]), tonumber(m[6])
  end
  return c
end

local function save(c)
  redis.call('HSET', P .. 'c:' .. c.name, 'e', c.e, 's', int(c.s), 'g', int(c.g), 'f', int(c.f), 'b', int(c.b), 'n', int(c.n))
end

local function dropOldest(c)
  local tag, size = measure(redis.call('LPOP', P .. 'l:' .. c.name))
  c.f, c.n, c.b, bytes = tag, c.n - 1, c.b - size, bytes - size
end

local at = 11
local channels, byName = {}, {}
for i = 1, tonumber(ARGV[10]) do
  local c = { name = ARGV[at], most = tonumber(ARGV[at + 1]), age = tonumber(ARGV[at + 2]), room = tonumber(ARGV[at + 3]) }
  channels[i], byName[c.name] = load(c), c
  at = at + 4
end

-- Forgets the least recently used channel that nobody reads. Returns whether there was one.
local function forgetOne()
  for from = 0, 1023, 64 do
    local page = redis.call('ZRANGE', KEYS[2], from, from + 63)
    for _, name in ipairs(page) do
      if not byName[name] and redis.call('PUBSUB', numsub, P .. 'h:' .. name)[2] == 0 then
        bytes = bytes - tonumber(redis.call('HGET', P .. 'c:' .. name, 'b') or 0)
        redis.call('DEL', P .. 'c:' .. name, P .. 'l:' .. name)
        redis.call('ZREM', KEYS[2], name)
        redis.call('ZREM', KEYS[3], name)
        names, gen = names - 1, gen + 1
        return true
      end
    end
    if #page < 64 then
      return false
    end
  end
  return false
end

local function makeRoom(needed)
  while names + needed > mostNames do
    if not forgetOne() then
      return false
    end
  end
  return true
end

local function taken(key)
  local known = redis.call('HGET', KEYS[4], key)
  if known then
    local space = string.find(known, ' ', 1, true)
    if now - tonumber(string.sub(known, space + 1)) <= idAge then
      return string.sub(known, 1, space - 1)
    end
  end
  return nil
end

local function append(c, data, id)
  local tag = math.max(now, c.g + 1)
  if not c.new then
    c.new, c.first, c.before = {}, c.s + 1, c.g
  end
  local version, rest = '1 ', data
  if id ~= '' then
    version, rest = '2 ', id .. ' ' .. data
  end
  local size = #rest + 64 -- the same that measure() will say of it
  c.s, c.g, c.n, c.b = c.s + 1, tag, c.n + 1, c.b + size
  bytes = bytes + size
  c.new[#c.new + 1] = version .. int(tag) .. ' ' .. rest
  return c.e .. ':' .. int(c.s) .. ':' .. int(tag)
end

local texts = at
at = at + 1 + tonumber(ARGV[at])
local verdicts = {}
local tookIds = false
local calls = tonumber(ARGV[at])
at = at + 1
for _ = 1, calls do
  local drafts = tonumber(ARGV[at])
  at = at + 1
  local unborn, born = 0, {}
  for d = 0, drafts - 1 do
    local c = channels[tonumber(ARGV[at + 4 * d])]
    if not c.e and not born[c.name] then
      unborn, born[c.name] = unborn + 1, true
    end
  end
  local fits = unborn == 0 or makeRoom(unborn)
  for _ = 1, drafts do
    local c, key, data, id = channels[tonumber(ARGV[at])], ARGV[at + 1], ARGV[texts + tonumber(ARGV[at + 2])], ARGV[at + 3]
    at = at + 4
    if not fits then
      verdicts[#verdicts + 1] = 'full'
    else
      if not c.e then
        c.e, c.s, c.g, c.f, c.b, c.n = epoch(life, gen), 0, 0, 0, 0, 0
        names = names + 1
      end
      local position = key ~= '' and taken(key)
      if position then
        verdicts[#verdicts + 1] = 'old ' .. position
      else
        position = append(c, data, id)
        if key ~= '' then
          redis.call('HSET', KEYS[4], key, position .. ' ' .. int(now))
          redis.call('RPUSH', KEYS[5], int(now) .. ' ' .. key)
          tookIds = true
        end
        verdicts[#verdicts + 1] = 'new ' .. position
      end
    end
  end
end

local heads = {}
for i, c in ipairs(channels) do
  heads[i] = ''
  if c.e then
    seq = seq + 1
    redis.call('ZADD', KEYS[2], seq, c.name)
  end
  if c.new then
    local list = P .. 'l:' .. c.name
    for from = 1, #c.new, 1000 do
      redis.call('RPUSH', list, unpack(c.new, from, math.min(from + 999, #c.new)))
    end
    while c.n > 0 and (c.n > c.most or c.b > c.room) do
      dropOldest(c)
    end
    while c.n > 0 and c.f < now - c.age and measure(redis.call('LINDEX', list, 0)) < now - c.age do
      dropOldest(c)
    end
    if c.n > 0 then
      redis.call('ZADD', KEYS[3], int(c.g + c.age), c.name)
    else
      redis.call('ZREM', KEYS[3], c.name)
    end
    heads[i] = c.e .. ' ' .. int(c.first) .. ' ' .. int(c.before)
  end
  if c.e then
    save(c)
  end
end

while bytes > mostBytes do
  local name = redis.call('ZRANGE', KEYS[3], 0, 0)[1]
  if not name then
    break
  end
  local c = byName[name] or load({ name = name })
  while bytes > mostBytes and c.n > 0 do
    dropOldest(c)
  end
  if c.n == 0 then
    redis.call('ZREM', KEYS[3], name)
  end
  save(c)
end

if tookIds then
  trimIds(KEYS[4], KEYS[5], now, idAge, mostIds)
end
redis.call('HSET', KEYS[1], 'life', life, 'gen', int(gen), 'seq', int(seq), 'bytes', int(bytes), 'names', int(names))
for i, c in ipairs(channels) do
  if c.new then
    redis.call(publish, P .. 'h:' .. c.name, '1 ' .. heads[i] .. '\n' .. table.concat(c.new, '\n'))
  end
end
for _, verdict in ipairs(verdicts) do
  heads[#heads + 1] = verdict
end
return heads
