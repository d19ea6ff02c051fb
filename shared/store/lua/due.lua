-- The sets of one account, before every script that changes them.
-- KEYS: started, due, out, held, next. ARGV: account, channel, then the script's own.
--
--   started, due   user -> not before (Redis ms)
--   out            user -> when its hold expires
--   held           user -> "<hold> <place> <was> <until> <length>" of those that are out; '' -> the last hold named
--                  place: s(tarted) or d(ue), where it was; w(oken), by somebody while it was out
--                  was: its time there; until: the earliest time set meanwhile, 0 = none; length: of the hold, ms
--   next           account -> the earliest of all scores above
local started, due, out, held, index = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local account, channel = ARGV[1], ARGV[2]

local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)

local function digits(number)
  return string.format('%.0f', number)
end

local function score(set, user)
  local found = redis.call('ZSCORE', set, user)
  return found and tonumber(found)
end

local function put(set, user, time)
  redis.call('ZADD', set, digits(time), user)
end

local function head(set)
  local first = redis.call('ZRANGE', set, 0, 0, 'WITHSCORES')
  return first[2] and tonumber(first[2])
end

local function read_held(user)
  local text = redis.call('HGET', held, user)
  if not text then
    return nil
  end
  local name, place, was, till, length = string.match(text, '^(%d+) (%a) (%d+) (%d+) (%d+)$')
  return { name = name, place = place, was = tonumber(was), till = tonumber(till), length = tonumber(length) }
end

local function write_held(user, h)
  redis.call('HSET', held, user, string.format('%s %s %.0f %.0f %.0f', h.name, h.place, h.was, h.till, h.length))
end

local function drop_held(user)
  redis.call('ZREM', out, user)
  redis.call('HDEL', held, user)
end

-- Somebody wants a user that is out by this time: whoever puts it back keeps it.
local function want(h, time)
  if h.till == 0 or time < h.till then
    h.till = time
  end
end

local head_before = head(index)

-- The last act of every script: the account's place in `next`, and a call to the schedulers if one of them may sleep too long.
local function reindex()
  local earliest
  for _, set in ipairs({ started, due, out }) do
    local time = head(set)
    if time and (not earliest or time < earliest) then
      earliest = time
    end
  end
  if not earliest then
    redis.call('ZREM', index, account)
    return
  end
  put(index, account, earliest)
  if not head_before or earliest < head_before then
    redis.call('PUBLISH', channel, account)
  end
end

