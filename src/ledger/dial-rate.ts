import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import type { Command } from './commit.ts'
import type { Identity } from './identity.ts'
import type { Journey } from './journey.ts'

/** How many calls of a campaign began in each minute. */
export interface DialRate {
  /**
   * Calls whose intent fell into each minute from that of `fromAt` to that of `toAt` (ms, both included), oldest first.
   * A call that was refused, or surely never happened, is none; one of which nobody knows counts until that is known.
   */
  read(campaign: string, fromAt: number, toAt: number): Promise<number[]>
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Counted from the end of their day: two days are looked at, and a call may be taken back a while later. */
const KEEP_MS = 3 * DAY_MS

/**
 * The commands that keep the counters to a journey's attempts: two for a call, and two more should it turn out to be
 * none. Written in the same transition, so that the sum of all minutes is the number of calls at every moment.
 */
export function* dialCommands(
  before: Pick<Journey, 'attempts'> | undefined,
  after: Pick<Journey, 'attempts' | 'campaign'>,
  keys: ReturnType<Keys['shard']>,
): Iterable<Command> {
  const old = countedAttempts(before)
  const now = countedAttempts(after)
  for (const [number, at] of old) if (now.get(number) !== at) yield* count(keys, after.campaign, at, -1)
  for (const [number, at] of now) if (old.get(number) !== at) yield* count(keys, after.campaign, at, 1)
}

/** When each attempt that counts as a call was intended, by its number. */
function countedAttempts(journey: Pick<Journey, 'attempts'> | undefined): Map<number, number> {
  const counted = journey?.attempts.filter(({ state }) => state !== 'refused') ?? []
  return new Map(counted.map(({ number, intendedAt }) => [number, intendedAt]))
}

function* count(keys: ReturnType<Keys['shard']>, campaign: string, at: number, by: 1 | -1): Iterable<Command> {
  const key = keys.dials(campaign, dayOf(at))
  yield ['HINCRBY', key, minuteOf(at), by]
  // The same instant every time; for a day that is past it, what was written right now is gone with this.
  yield ['EXPIREAT', key, Math.ceil(((Math.floor(at / DAY_MS) + 1) * DAY_MS + KEEP_MS) / 1000)]
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
const minuteOf = (at: number) => String(Math.floor((at % DAY_MS) / MINUTE_MS))

export function createDialRate(parts: { client: RedisClient; keys: Keys; identity: Identity }): DialRate {
  const { client, keys, identity } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))
  return {
    async read(campaign, fromAt, toAt) {
      const first = Math.floor(fromAt / MINUTE_MS)
      const minutes = Array.from(
        { length: Math.floor(toAt / MINUTE_MS) - first + 1 },
        (_, at) => (first + at) * MINUTE_MS,
      )
      const days = [...Map.groupBy(minutes, dayOf)]
      const counted = await Promise.all(
        shards.map(async shard => {
          const read = days.map(([day, of]) => client.hmget(shard.dials(campaign, day), ...of.map(minuteOf)))
          return (await Promise.all(read)).flat()
        }),
      )
      return minutes.map((_, index) => counted.reduce((sum, shard) => sum + Number(shard[index] ?? 0), 0))
    },
  }
}
