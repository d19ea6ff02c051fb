-- Takes user ARGV[3] out of all sets. Safe to run again.
local user = ARGV[3]
redis.call('ZREM', started, user)
redis.call('ZREM', due, user)
drop_held(user)
reindex()
return 1
