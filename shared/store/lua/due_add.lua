-- Adds user ARGV[3], due in ARGV[4] ms, if it is in none of the sets: 1; else 0. Safe to run again.
local user = ARGV[3]
if score(started, user) or score(due, user) or score(out, user) then
  return 0
end
put(due, user, now + tonumber(ARGV[4]))
reindex()
return 1
