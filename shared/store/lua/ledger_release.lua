-- KEYS: seen. Gives a claim back; what was sent stays sent. Safe to run again.
if redis.call('GET', KEYS[1]) ~= 'sent' then
  redis.call('DEL', KEYS[1])
end
return 1
