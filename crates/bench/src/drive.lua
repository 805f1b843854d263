-- Sends requests drawn at random from a deck: a file in which each request, as it goes over the wire, follows a
-- line with its length in bytes. At the end it prints one line of JSON.
--
--   wrk … -s drive.lua URL -- <deck> <seed>

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("number", threads)
end

local deck = {}

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for length in function() return file:read("*l") end do
    deck[#deck + 1] = assert(file:read(tonumber(length)))
  end
  file:close()
  math.randomseed(tonumber(arguments[2]) * 1000 + number)
end

function request()
  return deck[math.random(#deck)]
end

function done(summary, latency, requests)
  local errors = summary.errors
  local fields = {
    { "answers", summary.requests },
    { "microseconds", summary.duration },
    { "p50", latency:percentile(50) },
    { "p99", latency:percentile(99) },
    { "max", latency.max },
    { "refused", errors.status },
    { "connect", errors.connect },
    { "read", errors.read },
    { "write", errors.write },
    { "timeout", errors.timeout },
  }
  local text = {}
  for _, field in ipairs(fields) do
    text[#text + 1] = string.format('"%s":%.0f', field[1], field[2])
  end
  io.write("{", table.concat(text, ","), "}\n")
end
