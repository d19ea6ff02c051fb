-- Is ARGV[4] still the hold of user ARGV[3]? Then it is prolonged to its full length from now, under the same name: 1; else 0.
-- Safe to run again.
local user = ARGV[3]
local h = read_held(user)
local expires = score(out, user)
if not h or h.name ~= ARGV[4] or not expires or expires <= now then
  return 0
end
put(out, user, now + h.length)
reindex()
return 1
