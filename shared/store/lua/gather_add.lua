-- KEYS: digest hash, digests zset, seen. ARGV: name, due ms, field, value, keep seconds of what was seen, bytes at most, ms the hash is kept.
-- Answers 1 if it is in (or was), 0 if the digest is closed. Beyond the bytes it is only counted. Safe to run again.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
if redis.call('EXISTS', KEYS[3]) == 1 then
  return 1
end
if now >= tonumber(ARGV[2]) then
  return 0
end
local field = 'e:' .. ARGV[3]
local old = redis.call('HGET', KEYS[1], field)
local bytes = tonumber(redis.call('HGET', KEYS[1], 'bytes') or 0) + #ARGV[4] - (old and #old or -#field)
if bytes > tonumber(ARGV[6]) then
  redis.call('HINCRBY', KEYS[1], 'more', 1)
else
  redis.call('HSET', KEYS[1], field, ARGV[4], 'bytes', bytes)
end
redis.call('PEXPIRE', KEYS[1], ARGV[7])
redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
redis.call('SET', KEYS[3], 'listed', 'EX', ARGV[5])
return 1
