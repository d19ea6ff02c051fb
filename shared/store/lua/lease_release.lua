-- KEYS: lease. ARGV: token. Gives the lease back if the token still holds it. Safe to run again.
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
