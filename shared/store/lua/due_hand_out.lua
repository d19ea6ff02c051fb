-- Hands out at most ARGV[3] due users under a hold of ARGV[4] ms. Answers the hold's name, then user and place (s or d) in turn.
-- Run again after a lost answer it hands out others; the first ones return when their hold expires.
local limit, length = tonumber(ARGV[3]), tonumber(ARGV[4])
local most_returns = 256 -- a script must stay short; the rest returns in the next one

-- A name is a time, but never the same one twice, also when a user is back within a millisecond.
local name = math.max(now, tonumber(redis.call('HGET', held, '') or 0) + 1)

local function return_expired()
  for _, user in ipairs(redis.call('ZRANGEBYSCORE', out, '-inf', digits(now), 'LIMIT', 0, most_returns)) do
    local h = read_held(user) or { place = 'd', was = now, till = 0 }
    local time = h.till > 0 and math.min(h.till, h.was) or h.was
    put(h.place == 'd' and due or started, user, time)
    drop_held(user)
  end
end

local function hand_out(answer, set, place)
  local room = limit - (#answer - 1) / 2
  if room <= 0 then
    return
  end
  local found = redis.call('ZRANGEBYSCORE', set, '-inf', digits(now), 'WITHSCORES', 'LIMIT', 0, room)
  for i = 1, #found, 2 do
    local user = found[i]
    redis.call('ZREM', set, user)
    put(out, user, now + length)
    write_held(user, { name = digits(name), place = place, was = tonumber(found[i + 1]), till = 0, length = length })
    answer[#answer + 1] = user
    answer[#answer + 1] = place
  end
end

return_expired()
local answer = { digits(name) }
hand_out(answer, started, 's')
hand_out(answer, due, 'd')
if #answer > 1 then
  redis.call('HSET', held, '', digits(name))
end
reindex()
return answer
