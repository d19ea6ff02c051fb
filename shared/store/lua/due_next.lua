-- KEYS: next. Answers the account that is due earliest and in how many ms (0 = now); nil if there is none.
local first = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
if not first[1] then
  return false
end
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
return { first[1], math.max(0, tonumber(first[2]) - now) }
