-- KEYS: digest hash, digests zset. ARGV: name. The digest is done with. Safe to run again.
redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
return 1
