-- KEYS: what went wrong in an account, its users index. ARGV: what, its age in ms, the window in ms, how many are kept at most.
-- Forgets what is older than the window and counts this at its first time; answers how many are left, how many users there are, and whether
-- it was added. Run again after a lost answer it counts nothing twice.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local age, window = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('(%.0f', now - window))
local added = 0
if age <= window then
  added = redis.call('ZADD', KEYS[1], 'NX', string.format('%.0f', now - age), ARGV[1])
end
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
redis.call('PEXPIRE', KEYS[1], string.format('%.0f', window + 1000))
return { redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), added }
