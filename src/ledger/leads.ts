import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Identity } from './identity.ts'
import { OPT_OUTS } from './lead-opt-outs.ts'

/**
 * What is not about one number: which journeys a lead has, wherever its numbers lie, and marks that something was done
 * once for ever. Both are claimed first, by the journey that wants them, and claiming again is harmless.
 */
export interface Leads {
  /**
   * Claims a lead for a journey in a campaign. Answers the journey that holds it, which is `journeyId` when the claim
   * succeeded. `over` names the holder that may be replaced.
   */
  claim(claim: { leadId: string; campaign: string; journeyId: string; over?: string }): Promise<LeadClaim>
  /** The vendor made this lead for the journey: it is the journey's, whoever claimed it before. */
  assign(claim: { leadId: string; campaign: string; journeyId: string }): Promise<void>
  /** Gives a claim back whose journey will not be written. Anybody else's claim stays. */
  release(claim: { leadId: string; campaign: string; journeyId: string }): Promise<void>
  /** The journey that holds a lead in a campaign, or is about to. */
  holderOf(leadId: string, campaign: string): Promise<string | undefined>
  /** Keeps when a lead's journey in a campaign ended, beyond the journey's own record. */
  remember(leadId: string, campaign: string, endedAt: number): Promise<void>
  /** When a lead's journey ended whose record is gone, ms. */
  remembered(leadId: string, campaign: string): Promise<number | undefined>
  /** The lead may come anew: what these journeys claimed, and when any ended, is forgotten. That they were stays. */
  forget(leadId: string, journeyIds: readonly string[]): Promise<void>
  /** All journeys of a lead, newest first. */
  journeysOf(leadId: string): Promise<string[]>
  /** Claims a once-mark. `true` when it is this owner's, now or since before. */
  mark(text: string, owner: string): Promise<boolean>
  /** The owner of a once-mark. */
  markedBy(text: string): Promise<string | undefined>
}

export interface LeadClaim {
  journeyId: string
  claimedAt: number
  /** Something was said of reaching the lead by its id alone. */
  isSpokenOf: boolean
}

/** In a lead's record: which journey holds it in a campaign, and since when. */
export const claimField = (campaign: string) => `campaign:${campaign}`
/** In a lead's record: when it came to this journey. */
export const journeyField = (journeyId: string) => `journey:${journeyId}`

const CLAIM = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
local spoken = ' ' .. redis.call('HEXISTS', KEYS[1], '${OPT_OUTS}')
if held then
  local id = string.match(held, '^(%S+)')
  if id ~= ARGV[2] and id ~= ARGV[4] then return held .. spoken end
  if id == ARGV[2] then return held .. spoken end
end
local mine = ARGV[2] .. ' ' .. ARGV[3]
redis.call('HSET', KEYS[1], ARGV[1], mine, 'journey:' .. ARGV[2], ARGV[3])
return mine .. spoken
`

const RELEASE = `
local held = redis.call('HGET', KEYS[1], ARGV[1])
if held and string.match(held, '^(%S+)') == ARGV[2] then redis.call('HDEL', KEYS[1], ARGV[1], 'journey:' .. ARGV[2]) end
return 1
`

const FORGET = `
local erased = {}
for _, id in ipairs(ARGV) do erased[id] = true end
local fields = redis.call('HGETALL', KEYS[1])
for i = 1, #fields, 2 do
  local holder = string.match(fields[i], '^campaign:') and string.match(fields[i + 1], '^(%S+)')
  if string.match(fields[i], '^ended:') or erased[holder] then redis.call('HDEL', KEYS[1], fields[i]) end
end
return 1
`

const releaseScript = createScript(RELEASE)
const forgetScript = createScript(FORGET)

const claimScript = createScript(CLAIM)

export function createLeads(parts: { client: RedisClient; clock: Clock; keys: Keys; identity: Identity }): Leads {
  const { client, clock, keys, identity } = parts
  const keyOf = (leadId: string) => keys.lead(identity.lead(leadId))
  const claim: Leads['claim'] = async ({ leadId, campaign, journeyId, over }) => {
    const args = [claimField(campaign), journeyId, clock.now(), over ?? '']
    const held = String(await claimScript.run(client, [keyOf(leadId)], args))
    const [holder = '', at = '0', spoken] = held.split(' ')
    return { journeyId: holder, claimedAt: Number(at), isSpokenOf: spoken === '1' }
  }
  return {
    claim,

    async assign(own) {
      const held = await claim(own)
      if (held.journeyId !== own.journeyId) await claim({ ...own, over: held.journeyId })
    },

    async release({ leadId, campaign, journeyId }) {
      await releaseScript.run(client, [keyOf(leadId)], [claimField(campaign), journeyId])
    },

    async holderOf(leadId, campaign) {
      const held = await client.hget(keyOf(leadId), claimField(campaign))
      return held?.split(' ')[0]
    },

    async remember(leadId, campaign, endedAt) {
      await client.hset(keyOf(leadId), `ended:${campaign}`, endedAt)
    },

    async remembered(leadId, campaign) {
      const endedAt = await client.hget(keyOf(leadId), `ended:${campaign}`)
      return endedAt === null ? undefined : Number(endedAt)
    },

    async forget(leadId, journeyIds) {
      await forgetScript.run(client, [keyOf(leadId)], journeyIds)
    },

    async journeysOf(leadId) {
      const fields = await client.hgetall(keyOf(leadId))
      return Object.entries(fields)
        .filter(([field]) => field.startsWith('journey:'))
        .sort(([, a], [, b]) => Number(b) - Number(a))
        .map(([field]) => field.slice('journey:'.length))
    },

    async mark(text, owner) {
      const key = keys.once(identity.mark(text))
      await client.setnx(key, owner)
      return (await client.get(key)) === owner
    },

    markedBy: async text => (await client.get(keys.once(identity.mark(text)))) ?? undefined,
  }
}
