import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

/** A campaign's calls start evenly: one every `1 / callsPerSecond`, over all processes, with no burst after a stall. */
export interface Pace {
  /** How many calls of this campaign may start within the horizon. */
  room(campaign: string, callsPerSecond: number, horizonMs: number): Promise<number>
  /** Takes the next starts. Answers in how many ms the first of them is; the others follow evenly. */
  take(campaign: string, callsPerSecond: number, count: number): Promise<number>
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000 + tonumber(ARGV[1])
local nextStart = math.max(now, tonumber(redis.call('GET', KEYS[1]) or 0))
local interval = tonumber(ARGV[2])
`

const roomScript = createScript(`${NOW}
return math.max(0, math.floor((now + tonumber(ARGV[3]) - nextStart) / interval) + 1)
`)

const takeScript = createScript(`${NOW}
redis.call('SET', KEYS[1], nextStart + interval * tonumber(ARGV[3]), 'PX', 3600000)
return math.ceil(nextStart - now)
`)

export function createPace(parts: { client: RedisClient; clock: Clock; keys: Keys }): Pace {
  const { client, clock, keys } = parts
  const args = (callsPerSecond: number, last: number) => [clock.shiftMs(), 1000 / callsPerSecond, last]
  return {
    room: async (campaign, callsPerSecond, horizonMs) =>
      Number(await roomScript.run(client, [keys.pace(campaign)], args(callsPerSecond, horizonMs))),
    take: async (campaign, callsPerSecond, count) =>
      Number(await takeScript.run(client, [keys.pace(campaign)], args(callsPerSecond, count))),
  }
}
