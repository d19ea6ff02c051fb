-- KEYS: seen. ARGV: token, claim ms, keep seconds. The entry is "claimed <until> <token>" or "sent".
-- Answers a state and until when: claimed 0, sent before 1, claimed by another 2, an expired claim 3.
-- Run again with the same token it answers the same.
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local entry = redis.call('GET', KEYS[1])
if not entry then
  local till = now + ARGV[2]
  redis.call('SET', KEYS[1], string.format('claimed %.0f %s', till, ARGV[1]), 'EX', ARGV[3])
  return { 0, till }
end
local till, token = string.match(entry, '^claimed (%d+) (%x+)$')
if not till then
  return { 1, 0 }
end
till = tonumber(till)
if till <= now then
  return { 3, till }
end
return { token == ARGV[1] and 0 or 2, till }
