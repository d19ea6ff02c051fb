-- KEYS: inventory hash. ARGV: marker of the next page, start of this inventory. Who gets on keeps its claim. Safe to run again.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local hold = tonumber(redis.call('HGET', KEYS[1], 'hold') or 0)
redis.call('HSET', KEYS[1], 'marker', ARGV[1], 'started', ARGV[2], 'next', string.format('%.0f', now + hold))
return 1
