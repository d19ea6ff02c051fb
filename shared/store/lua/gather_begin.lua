-- KEYS: digest hash. ARGV: token, ms that must be left. Answers 1 if the token holds the claim for so long: the mail may now have been sent.
-- Safe to run again.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local left = tonumber(redis.call('HGET', KEYS[1], 'until') or 0) - now
if redis.call('HGET', KEYS[1], 'claim') ~= ARGV[1] or left < tonumber(ARGV[2]) then
  return 0
end
redis.call('HSET', KEYS[1], 'begun', '1')
return 1
