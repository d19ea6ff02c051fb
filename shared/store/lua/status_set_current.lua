-- KEYS: current, cred. ARGV: key id. The key is current, and what was cached of the one before is gone. Safe to run again.
redis.call('SET', KEYS[1], ARGV[1])
redis.call('DEL', KEYS[2])
return 1
