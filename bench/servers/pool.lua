-- Sends requests of the pool once each: from a file with one a line, the number of its body before its
-- url; the bodies from another, one a line. It begins behind the first `from`, and prepares `count`.
local requests, at = {}, 0
function init(args)
  local headers = { ['content-type'] = 'application/x-www-form-urlencoded' }
  if args[3] == 'close' then headers['connection'] = 'close' end
  local from, count = tonumber(args[4]), tonumber(args[5])
  local bodies = {}
  for body in io.lines(args[2]) do bodies[#bodies + 1] = body end
  local line = 0
  for request in io.lines(args[1]) do
    line = line + 1
    if line > from and line <= from + count then
      local body, url = request:match('^(%d+) (.+)$')
      requests[#requests + 1] = wrk.format('POST', url, headers, bodies[body + 1])
    end
  end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
