-- KEYS: digest hash. ARGV: token. The claim of that token is given back: nothing was sent. Safe to run again.
if redis.call('HGET', KEYS[1], 'claim') == ARGV[1] then
  redis.call('HDEL', KEYS[1], 'claim', 'until', 'begun')
end
return 1
