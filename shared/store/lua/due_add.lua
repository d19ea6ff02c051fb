-- Adds user ARGV[3], due in ARGV[4] ms, if it is in none of the sets: 1; else 0. Safe to run again.
-- Inventories call it for every user, so that it also mends an account that was lost from `next`.
local user = ARGV[3]
local there = score(started, user) or score(due, user) or score(out, user)
if not there then
  put(due, user, now + tonumber(ARGV[4]))
end
reindex()
return there and 0 or 1
