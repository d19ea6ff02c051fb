-- KEYS: seen. ARGV: token. Gives the claim of that token back; another's claim, and what was sent, stay. Safe to run again.
local entry = redis.call('GET', KEYS[1])
if entry and string.match(entry, '^claimed %d+ (%x+)$') == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return 1
