import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

/**
 * The places a campaign has for live calls, from the intent to the end. A place is a lease: one whose holder died comes
 * free at its end, which is when the call can no longer be going on.
 */
export interface LivePlaces {
  /** Places that are taken now. */
  taken(campaign: string): Promise<number>
  /** Places that are free now. */
  free(campaign: string, max: number): Promise<number>
  /** Takes a place, or prolongs the one already held. `false` when there is none. */
  take(campaign: string, holder: string, max: number, leaseMs: number): Promise<boolean>
  release(campaign: string, holder: string): Promise<void>
  /** Who holds places, longest lease last. */
  holders(campaign: string): Promise<string[]>
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000) + tonumber(ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
`

const countScript = createScript(`${NOW} return redis.call('ZCARD', KEYS[1])`)

const takeScript = createScript(`${NOW}
local isHeld = redis.call('ZSCORE', KEYS[1], ARGV[2])
if not isHeld and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
redis.call('ZADD', KEYS[1], now + tonumber(ARGV[4]), ARGV[2])
return 1
`)

export function createLivePlaces(parts: { client: RedisClient; clock: Clock; keys: Keys }): LivePlaces {
  const { client, clock, keys } = parts
  const taken: LivePlaces['taken'] = async campaign =>
    Number(await countScript.run(client, [keys.live(campaign)], [clock.shiftMs()]))
  return {
    taken,
    free: async (campaign, max) => Math.max(0, max - (await taken(campaign))),
    take: async (campaign, holder, max, leaseMs) =>
      (await takeScript.run(client, [keys.live(campaign)], [clock.shiftMs(), holder, max, Math.round(leaseMs)])) === 1,
    async release(campaign, holder) {
      await client.zrem(keys.live(campaign), holder)
    },
    holders: campaign => client.zrange(keys.live(campaign), 0, '-1'),
  }
}
