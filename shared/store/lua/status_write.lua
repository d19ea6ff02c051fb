-- KEYS: user hash, users index, accounts. ARGV: account, user, then triples of an operator, a field and a value:
--   =  set      ^  set unless the field holds a larger number      -  remove
-- Safe to run again.
local account, user = ARGV[1], ARGV[2]
for i = 3, #ARGV, 3 do
  local operator, field, value = ARGV[i], ARGV[i + 1], ARGV[i + 2]
  if operator == '-' then
    redis.call('HDEL', KEYS[1], field)
  elseif operator == '=' or tonumber(redis.call('HGET', KEYS[1], field) or 0) <= tonumber(value) then
    redis.call('HSET', KEYS[1], field, value)
  end
end
redis.call('ZADD', KEYS[2], 0, user)
redis.call('SADD', KEYS[3], account)
return 1
