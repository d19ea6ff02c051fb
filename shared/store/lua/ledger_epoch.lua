-- KEYS: epoch. ARGV: token. Since when the ledger is whole, and 1 if that is since this call. Run again with the same token it answers the same.
local epoch = redis.call('GET', KEYS[1])
if not epoch then
  local clock = redis.call('TIME')
  epoch = string.format('%.0f %s', clock[1] * 1000 + math.floor(clock[2] / 1000), ARGV[1])
  redis.call('SET', KEYS[1], epoch)
end
local since, token = string.match(epoch, '^(%d+) ?(.*)$')
return { tonumber(since), token == ARGV[1] and 1 or 0 }
