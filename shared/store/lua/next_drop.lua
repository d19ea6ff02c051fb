-- KEYS: next. ARGV: account. Takes the account out of the index; the next script over its sets brings it back. Safe to run again.
redis.call('ZREM', KEYS[1], ARGV[1])
return 1
