-- Makes user ARGV[3] due now and first in line; one that is out will be as soon as it is put back. Never raises a time; safe to run again.
local user = ARGV[3]
local h = read_held(user)
if h then
  h.place = 'w'
  want(h, now)
  write_held(user, h)
  return 1
end
local time = math.min(now, score(started, user) or now, score(due, user) or now)
redis.call('ZREM', due, user)
put(started, user, time)
reindex()
return 1
