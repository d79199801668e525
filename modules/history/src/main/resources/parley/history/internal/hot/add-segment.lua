-- Adds a segment of recent entries to the list of a conversation and keeps the list within its bounds.
-- KEYS[1]  the list, oldest segment first
-- ARGV[1]  the segment; [2] entries in it; [3] entries and [4] bytes that the list may hold;
--          [5] its lifetime in milliseconds; [6] the mutated seq that the segment shows
-- Returns the number of segments that the list holds; 0 = refused, the list shows newer content.
--
-- All segments of a list show the same mutated seq: a newer one throws the older ones away, and an older
-- one, read before a change and written after it, is refused.
--
-- Before each segment stand four numbers of 16 digits: bytes and entries of all segments ever pushed,
-- this one included, its own entries, and its mutated seq. So the sums of the list are differences of
-- its two ends.
local key = KEYS[1]
local mutated = tonumber(ARGV[6])
local bytes, entries = 0, 0
local tail = redis.call('LINDEX', key, -1)
if tail then
    bytes, entries = tonumber(string.sub(tail, 1, 16)), tonumber(string.sub(tail, 17, 32))
    local shown = tonumber(string.sub(tail, 49, 64))
    if shown and shown > mutated then
        return 0
    end
    if not bytes or not entries or shown ~= mutated then
        redis.call('DEL', key)
        bytes, entries = 0, 0
    end
end
bytes = bytes + #ARGV[1]
entries = entries + tonumber(ARGV[2])
local numbers = string.format('%016.0f%016.0f%016.0f%016.0f', bytes, entries, tonumber(ARGV[2]), mutated)
local length = redis.call('RPUSH', key, numbers .. ARGV[1])
while length > 1 do
    local first = redis.call('LINDEX', key, 0)
    local bytesThen, entriesThen = tonumber(string.sub(first, 1, 16)), tonumber(string.sub(first, 17, 32))
    local own = tonumber(string.sub(first, 33, 48))
    if bytesThen and entriesThen and own
            and bytes - bytesThen + #first - 64 <= tonumber(ARGV[4])
            and entries - entriesThen + own <= tonumber(ARGV[3]) then
        break
    end
    redis.call('LPOP', key)
    length = length - 1
end
redis.call('PEXPIRE', key, ARGV[5])
return length
