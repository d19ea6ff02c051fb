-- KEYS: inventory hash. ARGV: token, ms. Answers 1 if the inventory is due; it is then this token's for so many ms: nobody else's before.
-- Run again with the same token it answers the same.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local mine = redis.call('HGET', KEYS[1], 'by') == ARGV[1]
if not mine and tonumber(redis.call('HGET', KEYS[1], 'next') or 0) > now then
  return 0
end
redis.call('HSET', KEYS[1], 'by', ARGV[1], 'hold', ARGV[2], 'next', string.format('%.0f', now + ARGV[2]))
return 1
