-- KEYS: lease. ARGV: token, ms. Answers -1 if the token holds it now, else how many ms somebody else holds it still.
-- Run again with the same token it answers the same.
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  return -1
end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  return -1
end
return math.max(0, redis.call('PTTL', KEYS[1]))
