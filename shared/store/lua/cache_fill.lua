-- KEYS: current, cred. ARGV: key id, sealed credential, seconds, most seconds while nobody knows what is current.
-- Stores only what is current: 1, else 0. Safe to run again.
local current = redis.call('GET', KEYS[1])
if current and current ~= ARGV[1] then
  return 0
end
if not current and tonumber(ARGV[3]) > tonumber(ARGV[4]) then
  return 0
end
redis.call('SET', KEYS[2], ARGV[2], 'EX', ARGV[3])
return 1
