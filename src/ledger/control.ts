import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

export const campaignStatuses = ['draft', 'running', 'paused', 'done', 'cancelled'] as const
export type CampaignStatus = (typeof campaignStatuses)[number]

export interface CampaignState {
  status: CampaignStatus
  /** When this status began, ms. */
  since: number
  /** When it was first started, ms. */
  startedAt?: number
  /** Why it was paused, where not by a person's wish alone. */
  why?: string
}

/** Which campaigns may dial. Belongs to no number, so it lies outside the shards. */
export interface Control {
  /** Makes a campaign known; the status it has stays. */
  register(campaign: string, initial: CampaignStatus): Promise<void>
  read(campaign: string): Promise<CampaignState>
  /** Moves a campaign on if it is in one of `from`. `false` when it is not. */
  change(campaign: string, from: readonly CampaignStatus[], to: CampaignStatus, why?: string): Promise<boolean>
  pauseAll(): Promise<void>
  resumeAll(): Promise<void>
  isAllPaused(): Promise<boolean>
}

const CHANGE = `
local status = redis.call('HGET', KEYS[1], 'status') or 'draft'
local allowed = false
for at = 4, #ARGV do if ARGV[at] == status then allowed = true end end
if not allowed then return 0 end
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'since', ARGV[2], 'why', ARGV[3])
if ARGV[1] == 'running' then redis.call('HSETNX', KEYS[1], 'startedAt', ARGV[2]) end
return 1
`

const changeScript = createScript(CHANGE)

export function createControl(parts: { client: RedisClient; clock: Clock; keys: Keys }): Control {
  const { client, clock, keys } = parts
  const change: Control['change'] = async (campaign, from, to, why = '') =>
    (await changeScript.run(client, [keys.control(campaign)], [to, clock.now(), why, ...from])) === 1

  return {
    async register(campaign, initial) {
      const isNew = (await client.hsetnx(keys.control(campaign), 'status', 'draft')) === 1
      if (isNew) await change(campaign, ['draft'], initial)
    },

    async read(campaign) {
      const [status, since, startedAt, why] = await client.hmget(
        keys.control(campaign),
        'status',
        'since',
        'startedAt',
        'why',
      )
      return {
        status: (status ?? 'draft') as CampaignStatus,
        since: Number(since ?? 0),
        ...(startedAt ? { startedAt: Number(startedAt) } : {}),
        ...(why ? { why } : {}),
      }
    },

    change,

    async pauseAll() {
      await client.set(keys.pausedAll, clock.now())
    },

    async resumeAll() {
      await client.del(keys.pausedAll)
    },

    async isAllPaused() {
      return (await client.exists(keys.pausedAll)) === 1
    },
  }
}
