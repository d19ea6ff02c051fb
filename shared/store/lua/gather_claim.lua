-- KEYS: digest hash, digests zset. ARGV: name, token, ms. Answers a state and until when: claimed 0, gone 1, claimed by another 2, begun by
-- somebody who is gone 3. Run again with the same token it answers the same.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('ZREM', KEYS[2], ARGV[1])
  return { 1, 0 }
end
local token = redis.call('HGET', KEYS[1], 'claim')
local till = tonumber(redis.call('HGET', KEYS[1], 'until') or 0)
if redis.call('HEXISTS', KEYS[1], 'begun') == 1 then
  return { till > now and 2 or 3, till }
end
if token and till > now then
  return { token == ARGV[2] and 0 or 2, till }
end
till = now + ARGV[3]
redis.call('HSET', KEYS[1], 'claim', ARGV[2], 'until', string.format('%.0f', till))
return { 0, till }
