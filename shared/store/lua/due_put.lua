-- Puts user ARGV[3], held under ARGV[4], back for ARGV[5] ms from now, into `started` if ARGV[6] is 1: answers 1; 0 and no change
-- without the hold. An earlier time that somebody set meanwhile is kept. Run again after a lost answer it changes nothing.
local user, place = ARGV[3], ARGV[6] == '1' and started or due
local h = read_held(user)
if not h or h.name ~= ARGV[4] then
  return 0
end
local time = now + tonumber(ARGV[5])
if h.till > 0 and h.till < time then
  time = h.till
end
if h.place == 'w' then
  place = started
end
drop_held(user)
put(place, user, time)
reindex()
return 1
