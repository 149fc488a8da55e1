import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import { parseStepId } from '../ledger/journey.ts'
import { placeCall } from '../queues/place-call.ts'
import type { Producer } from '../queues/producer.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createWindowWait } from './await-window.ts'
import { lanes, lanesOf } from './lanes.ts'
import { shareFairly } from './share-fairly.ts'

/** Starts are given out this far ahead: long enough for a steady stream, short enough for a pause to bite at once. */
const HORIZON_MS = 300

/** A campaign with more due than it may start is looked at again after this long. */
const AGAIN_MS = 150

/** A step that found no place is due again after this long. */
const NO_PLACE_MS = 1_000

/** Dials that may stand before the account's budget: less than it lets them wait, so that none is turned away. */
const BACKLOG_MS = 500

/** Dials of all campaigns of one round at most: bounds a round where no pace does. */
const MAX_ROUND = 500

/** Leads whose window is closed are sent on in batches up to this, and so many of a campaign in one round. */
const CLOSED_BATCH = 200
const MAX_CLOSED = 600

export interface DialParts {
  ledger: Ledger
  producer: Producer
  campaigns: CampaignBook
  keys: Keys
  clock: Clock
  /** Dials per second that each vendor account allows. */
  dialsPerSecond: (provider: string) => number
}

interface Demand {
  campaign: Campaign
  /** When the campaign was first started, ms. */
  startedAt: number | undefined
  /** What is due in each index, soonest lane first. */
  due: { key: string; count: number }[]
  /** What pace and places allow. */
  room: number
}

/**
 * Puts dials that are due onto their queue: no more than each campaign's pace and live places allow, and where the
 * account's budget cannot serve all, campaigns take turns. Answers when to look again.
 */
export function createDialClaims(parts: DialParts, leaseMs: number): () => Promise<number | undefined> {
  const { ledger, producer, campaigns, keys, clock, dialsPerSecond } = parts
  const shards = shardNames(ledger.identity.shards)
  const awaitWindow = createWindowWait(parts)
  let turn = 0

  return async () => {
    const all = campaigns.all()
    if (all.length === 0 || (await ledger.control.isAllPaused())) return undefined
    const { demands, nextInMs } = await survey(all)
    turn += 1
    // Turns are taken here and nowhere else: what stands on the queue already was claimed in the order of another round.
    const unfinished = demands.length === 0 ? 0 : await producer.unfinished(placeCall.name)
    let isMore = false
    for (const [provider, ofProvider] of groupByProvider(demands)) {
      const limit = Math.min(MAX_ROUND, Math.ceil((dialsPerSecond(provider) * BACKLOG_MS) / 1000) - unfinished)
      const shares = shareFairly(
        ofProvider.map(({ room }) => room),
        limit,
        turn,
      )
      for (const [index, demand] of ofProvider.entries()) {
        const wanted = demand.due.reduce((sum, { count }) => sum + count, 0)
        const share = shares[index] ?? 0
        if (wanted > share) isMore = true
        if (share > 0) await claim(demand, share)
      }
    }
    return isMore ? AGAIN_MS : nextInMs
  }

  /** What is due where, and how much of it may start. */
  async function survey(all: readonly Campaign[]): Promise<{ demands: Demand[]; nextInMs: number | undefined }> {
    const indexes = (shard: string) =>
      all.flatMap(({ id }) =>
        lanes.map(lane => ({ id, lane, key: keys.shard(shard).due('dial', id, lane === 'list') })),
      )
    const counted = await Promise.all(
      shards.map(async shard => {
        const named = indexes(shard)
        const { counts, nextInMs } = await ledger.due.count(named.map(({ key }) => key))
        return { nextInMs, found: named.map((index, at) => ({ ...index, count: counts[at] ?? 0 })) }
      }),
    )
    const found = counted.flatMap(shard => shard.found).filter(({ count }) => count > 0)
    const demands = await Promise.all(
      all.map(async campaign => {
        const own = found.filter(({ id }) => id === campaign.id)
        if (own.length === 0) return undefined
        const { status, startedAt } = await ledger.control.read(campaign.id)
        const due = lanesOf[status].flatMap(lane => own.filter(index => index.lane === lane))
        if (due.length === 0) return undefined
        const { callsPerSecond, maxLive } = campaign.dial.pace
        const [paced, places] = await Promise.all([
          ledger.pace.room(campaign.id, callsPerSecond, HORIZON_MS),
          ledger.live.free(campaign.id, maxLive),
        ])
        const wanted = due.reduce((sum, { count }) => sum + count, 0)
        return { campaign, startedAt, due, room: Math.min(paced, places, wanted) }
      }),
    )
    const waits = counted.flatMap(({ nextInMs }) => nextInMs ?? [])
    return {
      demands: demands.filter(demand => demand !== undefined),
      nextInMs: waits.length === 0 ? undefined : Math.max(AGAIN_MS, Math.min(...waits)),
    }
  }

  /** Claims up to `share` dials whose window is open; those whose window is closed are put off on the way. */
  async function claimOpen(
    { campaign, startedAt, due }: Demand,
    share: number,
  ): Promise<{ id: string; key: string }[]> {
    const found: { id: string; key: string }[] = []
    let closed = 0
    for (const { key, count } of due) {
      for (let rest = count; rest > 0 && found.length < share && closed < MAX_CLOSED; ) {
        // Where many are closed the open ones may stand far behind them.
        const limit = Math.min(rest, Math.max(share - found.length, Math.min(closed, CLOSED_BATCH)))
        const { entries } = await ledger.due.claim([{ key, limit }], leaseMs)
        const ids = entries[0] ?? []
        if (ids.length === 0) break
        rest -= ids.length
        const open = await awaitWindow(campaign, startedAt, ids)
        closed += ids.length - open.length
        const taken = open.slice(0, share - found.length)
        await Promise.all(open.slice(taken.length).map(id => ledger.due.putBack(key, id, 0)))
        found.push(...taken.map(id => ({ id, key })))
      }
    }
    return found
  }

  async function claim(demand: Demand, share: number): Promise<void> {
    const { campaign } = demand
    const claimed = await claimOpen(demand, share)
    const { callsPerSecond, maxLive } = campaign.dial.pace
    const held = await Promise.all(
      claimed.map(async ({ id, key }) => {
        if (await ledger.live.take(campaign.id, id, maxLive, leaseMs)) return [id]
        await ledger.due.putBack(key, id, NO_PLACE_MS)
        return []
      }),
    )
    const placed = held.flat()
    if (placed.length === 0) return
    const firstInMs = await ledger.pace.take(campaign.id, callsPerSecond, placed.length)
    const startAt = (index: number) => Math.ceil(clock.now() + firstInMs + (index * 1000) / callsPerSecond)
    await producer.add(
      placeCall,
      placed.flatMap((id, index) => {
        const step = parseStepId(id)
        return step === undefined ? [] : [{ journeyId: step.journeyId, ref: step.ref, startAt: startAt(index) }]
      }),
    )
  }
}

function groupByProvider(demands: readonly Demand[]): Map<string, Demand[]> {
  return Map.groupBy(demands, ({ campaign }) => campaign.provider)
}
