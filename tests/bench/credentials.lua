-- Asks for one user after the other, and tells at the end what was measured, as JSON on the last line.
local key, users = os.getenv("BENCH_KEY"), tonumber(os.getenv("BENCH_USERS"))
local requests, at = {}, 0

function init()
  for i = 1, users do
    requests[i] = wrk.format("GET", string.format("/credentials/bench-user-%04d", i - 1), {["X-API-Key"] = key})
  end
end

function request()
  at = at % users + 1
  return requests[at]
end

function done(summary, latency)
  local wrong = summary.errors
  print(string.format('{"requests":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"wrong":%d}', summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
