-- Sends every request of the pool once: urls from a file, one a line, the body from another.
local requests, at = {}, 0
function init(args)
  local body = io.open(args[2]):read('*a')
  local headers = { ['content-type'] = 'application/x-www-form-urlencoded' }
  if args[3] == 'close' then headers['connection'] = 'close' end
  for url in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format('POST', url, headers, body)
  end
  at = tonumber(args[4])
end
function request()
  at = at % #requests + 1
  return requests[at]
end
