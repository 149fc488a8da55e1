import { createGathering } from '../redis/gather.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { CommitStore } from './commit.ts'
import { lostShard } from './shard-script.ts'

/** An event as it is written down, its body sealed. */
export interface Arrival {
  eventId: string
  /** Where it belongs. */
  shard: string
  source: string
  contentType: string
  body: Buffer
  /** The W3C `traceparent` of its delivery; empty where there is none. */
  trace: string
  /** How long whoever took it has to hand it over. */
  handOverMs: number
}

/** Events of one call: a script stops everything else in Redis, so it must be over within a millisecond or two. */
const MOST = { items: 100, size: 1_048_576 }

const KEYS_EACH = 4
const ARGS_EACH = 6

// Answers for each: 1 new, 0 a duplicate, -1 its shard has lost its data.
const LUA = `
local time = redis.call('TIME')
local nowMs = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
local now = string.format('%.0f', nowMs)
local answers = {}
for at = 1, #KEYS / ${KEYS_EACH} do
  local k, a = (at - 1) * ${KEYS_EACH}, 2 + (at - 1) * ${ARGS_EACH}
  if redis.call('GET', KEYS[k + 4]) ~= ARGV[2] then
    answers[at] = -1
  elseif redis.call('EXISTS', KEYS[k + 1]) == 1 then
    redis.call('HINCRBY', KEYS[k + 1], 'duplicates', 1)
    redis.call('HSET', KEYS[k + 1], 'lastDuplicateAt', now)
    answers[at] = 0
  else
    redis.call('HSET', KEYS[k + 1], 'source', ARGV[a + 3], 'state', 'received', 'receivedAt', now,
      'contentType', ARGV[a + 4], 'raw', ARGV[a + 5])
    if ARGV[a + 6] ~= '' then redis.call('HSET', KEYS[k + 1], 'trace', ARGV[a + 6]) end
    redis.call('ZADD', KEYS[k + 2], nowMs + tonumber(ARGV[a + 1]), ARGV[a + 2])
    redis.call('ZADD', KEYS[k + 3], now, ARGV[a + 2])
    answers[at] = 1
  end
end
return answers
`

const script = createScript(LUA)

/**
 * Writes events with their places in the inbox, or counts duplicates: all that come at once in one call, and on disk
 * when it answers.
 * @returns whether the event is new
 */
export function createAcceptance({
  client,
  clock,
  keys,
  instance,
}: CommitStore & { keys: Keys }): (arrival: Arrival) => Promise<boolean> {
  async function write(arrivals: Arrival[]): Promise<(boolean | Error)[]> {
    const named = arrivals.flatMap(({ shard, eventId }) => {
      const { event, inbox, events, mark } = keys.shard(shard)
      return [event(eventId), inbox, events, mark]
    })
    const args = arrivals.flatMap(({ handOverMs, eventId, source, contentType, body, trace }) => [
      handOverMs,
      eventId,
      source,
      contentType,
      body,
      trace,
    ])
    const answers = (await script.run(client, named, [clock.shiftMs(), instance, ...args])) as number[]
    return answers.map(answer => (answer < 0 ? lostShard() : answer === 1))
  }

  const gathering = () => createGathering(write, MOST, ({ body }: Arrival) => body.length)
  // Keys of one call must lie on one master.
  if (!client.isCluster) return gathering()
  const byShard = new Map<string, ReturnType<typeof gathering>>()
  return arrival => {
    const own = byShard.get(arrival.shard) ?? gathering()
    byShard.set(arrival.shard, own)
    return own(arrival)
  }
}
