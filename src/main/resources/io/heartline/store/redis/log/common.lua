-- What the scripts of this folder share. A partition's keys begin with P:
--   all    HASH  life, gen (how often a channel was forgotten), seq (of uses), bytes (of all publications), names
--   names  ZSET  all channels that were published to, by their last use
--   old    ZSET  channels that hold publications, by when the newest of them is too old (in microseconds)
--   ids    HASH  key of a publisher's id -> "<position> <when it was taken>"; idq LIST "<when> <key>", oldest first
--   c:<channel>  HASH  e epoch, s offset of the newest publication, g its tag, f tag before the oldest one, b bytes, n count
--   l:<channel>  LIST  "1 <tag> <data>" for each publication, or "2 <tag> <id> <data>" if its publisher gave it an id;
--                      oldest first, offsets have no holes
-- Positions are <epoch>:<offset>:<tag>. Times are microseconds since 1970, and exact: below 2^53.
local function int(n)
  return string.format('%.0f', n)
end

local function base36(n)
  local s = ''
  repeat
    local d = n % 36
    s = string.sub('0123456789abcdefghijklmnopqrstuvwxyz', d + 1, d + 1) .. s
    n = (n - d) / 36
  until n == 0
  return s
end

local function epoch(life, gen)
  return life .. '.' .. base36(gen)
end

-- Returns an entry's tag, and the bytes that count for it.
local function measure(entry)
  local space = string.find(entry, ' ', 3, true)
  return tonumber(string.sub(entry, 3, space - 1)), #entry - space + 64
end

-- Forgets ids that are too old or too many, some at a time.
local function trimIds(ids, queue, now, age, most)
  local left = redis.call('LLEN', queue)
  for _ = 1, 1000 do
    local oldest = redis.call('LINDEX', queue, 0)
    if not oldest then
      return
    end
    local space = string.find(oldest, ' ', 1, true)
    local taken = string.sub(oldest, 1, space - 1)
    if left <= most and now - tonumber(taken) <= age then
      return
    end
    redis.call('LPOP', queue)
    left = left - 1
    local id = string.sub(oldest, space + 1)
    local known = redis.call('HGET', ids, id)
    if known and string.sub(known, -#taken) == taken then -- not taken again since
      redis.call('HDEL', ids, id)
    end
  end
end
