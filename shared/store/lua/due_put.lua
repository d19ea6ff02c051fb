-- Puts user ARGV[3], held under ARGV[4], back for ARGV[5] ms from now: answers 1; 0 and no change without the hold. ARGV[6] says where
-- to: 0 due, 1 started, 2 where it was; a user woken meanwhile goes to started. An earlier time that somebody set meanwhile is kept.
-- Run again after a lost answer it changes nothing.
local user = ARGV[3]
local h = read_held(user)
if not h or h.name ~= ARGV[4] then
  return 0
end
local time = now + tonumber(ARGV[5])
if h.till > 0 and h.till < time then
  time = h.till
end
local first = ARGV[6] == '1' or h.place == 'w' or (ARGV[6] == '2' and h.place == 's')
drop_held(user)
put(first and started or due, user, time)
reindex()
return 1
