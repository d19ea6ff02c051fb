-- Lowers the time of user ARGV[3] to ARGV[4] ms from now if that is earlier, wherever it is; one that is out keeps it for its return.
-- A user in none of the sets stays there. Safe to run again.
local user, time = ARGV[3], now + tonumber(ARGV[4])
local h = read_held(user)
if h then
  want(h, time)
  write_held(user, h)
  return 1
end
for _, set in ipairs({ started, due }) do
  local found = score(set, user)
  if found and time < found then
    put(set, user, time)
  end
end
reindex()
return 1
