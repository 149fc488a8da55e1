import type { Campaign } from '../campaigns/campaign.ts'
import { parseStepId } from '../ledger/journey.ts'
import { handOver, MAX_CHUNK } from '../queues/hand-over.ts'
import { shardNames } from '../redis/keys.ts'
import type { DialParts } from './claim-dials.ts'
import { lanes, lanesOf } from './lanes.ts'

/** Leads that come in one by one are handed over together: nobody is called at once by a dialer that is not ours. */
const GATHER_MS = 1_000

/** Requests that are being made or wait for the account's budget. Each is of many leads, so few keep it busy. */
const MAX_UNFINISHED = 4

/** With as many unfinished, it is looked again after this long. */
const NO_ROOM_MS = 250

/**
 * Puts leads that are due to be handed over onto their queue, some hundreds of one campaign in each job. Campaigns take
 * turns, a job each. Answers when to look again.
 */
export function createHandOverClaims(parts: DialParts, leaseMs: number): () => Promise<number | undefined> {
  const { ledger, producer, campaigns, keys, clock } = parts
  const shards = shardNames(ledger.identity.shards)
  let nextAt = 0
  let turn = 0

  return async () => {
    const own = campaigns.all().filter(({ mode }) => mode === 'handover')
    if (own.length === 0) return undefined
    const now = clock.now()
    if (now < nextAt) return nextAt - now
    nextAt = now + GATHER_MS
    if (await ledger.control.isAllPaused()) return GATHER_MS
    turn += 1
    let room = MAX_UNFINISHED - (await producer.unfinished(handOver.name))
    let isMore = false
    for (const campaign of rotated(own, turn)) {
      if (room <= 0) {
        nextAt = now + NO_ROOM_MS
        return NO_ROOM_MS
      }
      const { claimed, left } = await claimChunk(campaign)
      if (claimed.length > 0) {
        room -= 1
        await producer.add(handOver, [{ campaign: campaign.id, journeyIds: claimed }])
      }
      if (left > 0) isMore = true
    }
    if (isMore) nextAt = now
    return isMore ? 0 : GATHER_MS
  }

  /** Journeys of one campaign, those that somebody asked for first; and how many are due beyond them. */
  async function claimChunk({ id }: Campaign): Promise<{ claimed: string[]; left: number }> {
    const { status } = await ledger.control.read(id)
    const open = lanes.filter(lane => lanesOf[status].includes(lane))
    const counted = await Promise.all(
      rotated(shards, turn).map(async shard => {
        const named = open.map(lane => ({ lane, key: keys.shard(shard).due('handover', id, lane === 'list') }))
        const { counts } = named.length === 0 ? { counts: [] } : await ledger.due.count(named.map(({ key }) => key))
        return named.map((index, at) => ({ ...index, count: counts[at] ?? 0 }))
      }),
    )
    const due = counted.flat().sort((a, b) => lanes.indexOf(a.lane) - lanes.indexOf(b.lane))
    let room = MAX_CHUNK
    const takes = due.flatMap(({ key, count }) => {
      const limit = Math.min(count, room)
      room -= limit
      return limit > 0 ? [{ key, limit }] : []
    })
    const entries = await Promise.all(takes.map(async take => (await ledger.due.claim([take], leaseMs)).entries.flat()))
    const total = due.reduce((sum, { count }) => sum + count, 0)
    const claimed = entries.flat().flatMap(entry => parseStepId(entry)?.journeyId ?? [])
    return { claimed, left: total - (MAX_CHUNK - room) }
  }
}

/** The same in a circle, beginning elsewhere each turn. */
function rotated<T>(entries: readonly T[], turn: number): T[] {
  const at = turn % Math.max(1, entries.length)
  return [...entries.slice(at), ...entries.slice(0, at)]
}
