import type { Campaign } from '../campaigns/campaign.ts'
import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import { createSharedReading } from '../redis/gather.ts'
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
  /** The calls that made it pause itself. */
  trippedBy?: TrippingCall[]
}

/** A call that failed, as evidence. */
export interface TrippingCall {
  /** The effect's key. */
  effect: string
  /** The vendor's or our own code for what went wrong. */
  code: string
  /** ms. */
  at: number
}

/** Who makes a campaign's calls, and where: what its journeys cannot change under way. */
export type BegunAs = Pick<Campaign, 'mode' | 'provider'>

/** By then nothing is planned any more that was planned before. */
const KEEP_GAP_MS = 30 * 24 * 3_600_000

/** It is found out at a start, before anything is done, and asked about before every effect. */
const GAP_KNOWN_MS = 10_000

/** A time of which a restored ledger knows nothing, ms. */
export interface Gap {
  from: number
  to: number
}

/** What is kept beside a new status. */
export interface ChangeReason {
  why?: string
  trippedBy?: readonly TrippingCall[]
}

/** Which campaigns may dial. Belongs to no number, so it lies outside the shards. */
export interface Control {
  /** Makes a campaign known; the status it has stays. */
  register(campaign: string, initial: CampaignStatus): Promise<void>
  read(campaign: string): Promise<CampaignState>
  /** When the campaign was first known here, ms; now for one that is not. */
  firstSeenAt(campaign: string): Promise<number>
  /** Moves a campaign on if it is in one of `from`. `false` when it is not. */
  change(campaign: string, from: readonly CampaignStatus[], to: CampaignStatus, reason?: ChangeReason): Promise<boolean>
  /** The calling hours that the campaign's waiting leads were last planned by, as `noteHours` wrote them. */
  hoursOf(campaign: string): Promise<string | undefined>
  noteHours(campaign: string, hours: string): Promise<void>
  /** The mode and vendor that the campaign was last registered with, as `noteBegun` wrote them. */
  begunAs(campaign: string): Promise<BegunAs | undefined>
  noteBegun(campaign: string, begun: BegunAs): Promise<void>
  /** @param why where it was not a person's wish */
  pauseAll(why?: string): Promise<void>
  resumeAll(): Promise<void>
  isAllPaused(): Promise<boolean>
  /** Why everything is paused, where it was not a person's wish. */
  whyAllPaused(): Promise<string | undefined>
  /** This ledger was restored from a backup of then, ms: what was done from then until now it does not know. */
  noteRestored(from: number): Promise<void>
  /** The last time of which nothing is known, if any. */
  restored(): Promise<Gap | undefined>
}

const SET = `
redis.call('HSET', KEYS[1], 'status', ARGV[1], 'since', ARGV[2], 'why', ARGV[3], 'trippedBy', ARGV[4])
if ARGV[1] == 'running' then redis.call('HSETNX', KEYS[1], 'startedAt', ARGV[2]) end
return 1
`

const changeScript = createScript(`
local status = redis.call('HGET', KEYS[1], 'status') or 'draft'
local allowed = false
for at = 5, #ARGV do if ARGV[at] == status then allowed = true end end
if not allowed then return 0 end
${SET}`)

const registerScript = createScript(`
redis.call('HSETNX', KEYS[1], 'seenAt', ARGV[2])
if redis.call('HEXISTS', KEYS[1], 'status') == 1 then return 0 end
${SET}`)

export function createControl(parts: { client: RedisClient; clock: Clock; keys: Keys }): Control {
  const { client, clock, keys } = parts
  let known: { at: number; gap: Gap | undefined } | undefined
  const set = (to: CampaignStatus, { why = '', trippedBy }: ChangeReason = {}) => [
    to,
    clock.now(),
    why,
    trippedBy === undefined ? '' : JSON.stringify(trippedBy),
  ]

  async function read(campaign: string): Promise<CampaignState> {
    const [status, since, startedAt, why, trippedBy] = await client.hmget(
      keys.control(campaign),
      'status',
      'since',
      'startedAt',
      'why',
      'trippedBy',
    )
    return {
      status: (status ?? 'draft') as CampaignStatus,
      since: Number(since ?? 0),
      ...(startedAt ? { startedAt: Number(startedAt) } : {}),
      ...(why ? { why } : {}),
      ...(trippedBy ? { trippedBy: JSON.parse(trippedBy) } : {}),
    }
  }

  // Asked before every effect: those that ask at the same time share the answer.
  const shared = createSharedReading(read)
  const isPaused = createSharedReading(async (key: string) => (await client.exists(key)) === 1)

  return {
    async register(campaign, initial) {
      await registerScript.run(client, [keys.control(campaign)], set(initial))
    },

    read: shared,

    firstSeenAt: async campaign => Number((await client.hget(keys.control(campaign), 'seenAt')) ?? clock.now()),

    change: async (campaign, from, to, reason) =>
      (await changeScript.run(client, [keys.control(campaign)], [...set(to, reason), ...from])) === 1,

    async hoursOf(campaign) {
      return (await client.hget(keys.control(campaign), 'hours')) ?? undefined
    },

    async noteHours(campaign, hours) {
      await client.hset(keys.control(campaign), 'hours', hours)
    },

    async begunAs(campaign) {
      const [mode, provider] = await client.hmget(keys.control(campaign), 'mode', 'provider')
      return mode && provider ? ({ mode, provider } as BegunAs) : undefined
    },

    async noteBegun(campaign, { mode, provider }) {
      await client.hset(keys.control(campaign), { mode, provider })
    },

    async pauseAll(why = '') {
      await client.set(keys.pausedAll, `${clock.now()} ${why}`.trim())
    },

    async resumeAll() {
      await client.del(keys.pausedAll)
    },

    isAllPaused: () => isPaused(keys.pausedAll),

    async noteRestored(from) {
      await client.multi().hset(keys.restored, { from, to: clock.now() }).pexpire(keys.restored, KEEP_GAP_MS).exec()
    },

    async restored() {
      if (known === undefined || clock.now() - known.at > GAP_KNOWN_MS) {
        const at = clock.now()
        const [from, to] = await client.hmget(keys.restored, 'from', 'to')
        known = { at, gap: from && to ? { from: Number(from), to: Number(to) } : undefined }
      }
      return known.gap
    },

    async whyAllPaused() {
      const [, ...words] = ((await client.get(keys.pausedAll)) ?? '').split(' ')
      return words.length === 0 ? undefined : words.join(' ')
    },
  }
}
