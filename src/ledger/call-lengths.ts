import { bucketOf, type CallLengths, callsOf } from '../campaigns/call-lengths.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

/** How long the calls of each campaign lasted, counted over all processes. What a crash loses of it is made up for by the next calls. */
export interface CallLengthBook {
  /** Counts a call that has ended. */
  add(campaign: string, lengthMs: number): Promise<void>
  read(campaign: string): Promise<CallLengths>
}

/** With more calls than these every count is halved: what calls are like now outweighs what they were like. */
const MAX_CALLS = 2_000

// Halves the running sum, not each count: lengths that were seen but once would all be forgotten.
const halveScript = createScript(`
local fields = redis.call('HGETALL', KEYS[1])
local counts, calls = {}, 0
for i = 1, #fields, 2 do
  counts[#counts + 1] = { tonumber(fields[i]) or 0, tonumber(fields[i + 1]) or 0, fields[i] }
  calls = calls + counts[#counts][2]
end
if calls <= tonumber(ARGV[1]) then return 0 end
table.sort(counts, function(a, b) return a[1] < b[1] end)
local sum = 0
for _, count in ipairs(counts) do
  local before = math.floor(sum / 2)
  sum = sum + count[2]
  local kept = math.floor(sum / 2) - before
  if kept > 0 then redis.call('HSET', KEYS[1], count[3], kept) else redis.call('HDEL', KEYS[1], count[3]) end
end
return 1
`)

export function createCallLengthBook(parts: { client: RedisClient; keys: Keys }): CallLengthBook {
  const { client, keys } = parts
  return {
    async add(campaign, lengthMs) {
      await client.hincrby(keys.callLengths(campaign), String(bucketOf(lengthMs)), 1)
    },

    async read(campaign) {
      const counted = await client.hgetall(keys.callLengths(campaign))
      const lengths = new Map(Object.entries(counted).map(([bucket, calls]) => [Number(bucket), Number(calls)]))
      if (callsOf(lengths) > MAX_CALLS) await halveScript.run(client, [keys.callLengths(campaign)], [MAX_CALLS])
      return lengths
    },
  }
}
