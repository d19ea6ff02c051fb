-- KEYS: inventory hash. ARGV: ms, 1 to begin at the first page again. The inventory is due in so many ms. Safe to run again.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
redis.call('HSET', KEYS[1], 'next', string.format('%.0f', now + ARGV[1]))
redis.call('HDEL', KEYS[1], 'by')
if ARGV[2] == '1' then
  redis.call('HDEL', KEYS[1], 'marker', 'started')
end
return 1
