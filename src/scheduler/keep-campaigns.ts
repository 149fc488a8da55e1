import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { parseInstantMs } from '../campaigns/instant.ts'
import type { JourneyState } from '../campaigns/vocabulary.ts'
import type { Clock } from '../clock.ts'
import type { CampaignStatus } from '../ledger/control.ts'
import { cancelJourney } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import { isEnded, isHolding, type Journey, parseStepId } from '../ledger/journey.ts'
import type { Logger } from '../logger.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createHoursKeeper } from './keep-hours.ts'

/** How often campaigns are looked after: a start at a time, an end, what a cancel leaves to do. */
const EVERY_MS = 1_000

/** How often places of live calls are compared with the calls themselves. */
const REVIEW_EVERY_MS = 30_000

/** Journeys cancelled in one go: a cancel of a long list takes many rounds, and dialing goes on between them. */
const CANCEL_BATCH = 200

/** Where a journey waits to do something, and where something goes on that a cancel lets end. */
const waiting: readonly JourneyState[] = ['scheduled', 'following_up']
const busy: readonly JourneyState[] = ['dialing', 'in_call', 'parked']

/**
 * Looks after the life of campaigns: starts them at their time, ends them when their list is through, carries a cancel
 * and new calling hours to every journey, and frees places whose call is over. Level-triggered: whoever dies over it leaves nothing half-done.
 * Answers whether there is more to do at once.
 */
export function createCampaignKeeper(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  keys: Keys
  logger: Logger
}): () => Promise<boolean> {
  const { ledger, campaigns, clock, keys, logger } = parts
  let nextAt = 0
  let reviewAt = 0
  const keepHours = createHoursKeeper({ ledger })
  /** Cancelled campaigns whose calls have been told. */
  const told = new Set<string>()

  return async () => {
    const now = clock.now()
    if (now < nextAt) return false
    const isReview = now >= reviewAt
    let isMore = false
    for (const campaign of campaigns.all()) {
      if (await keep(campaign, now, isReview)) isMore = true
      if (await keepHours(campaign)) isMore = true
      if (isReview) await reviewPlaces(campaign.id)
    }
    nextAt = isMore ? now : now + EVERY_MS
    if (isReview) reviewAt = now + REVIEW_EVERY_MS
    return isMore
  }

  async function keep(campaign: Campaign, now: number, isReview: boolean): Promise<boolean> {
    const { id, trigger, start } = campaign
    const { status } = await ledger.control.read(id)
    if (status === 'cancelled') return cancelRest(id, isReview)
    if (status === 'draft' && start?.at !== undefined) {
      const startAt = parseInstantMs(start.at, campaign.dial.timezone)
      if (startAt !== undefined && startAt <= now) await change(id, 'draft', 'running', 'started')
    }
    if (status === 'running' && trigger.events.length === 0 && (await isThrough(id))) {
      await change(id, 'running', 'done', 'done')
    }
    // A row that came in at the very moment of the end was accepted, and is dialed.
    if (status === 'done' && isReview && (await hasList(id))) await change(id, 'done', 'running', 'reopened')
    return false
  }

  async function change(id: string, from: CampaignStatus, to: CampaignStatus, what: string): Promise<void> {
    if (!(await ledger.control.change(id, [from], to))) return
    await ledger.audit.note({ by: 'scheduler', what: `campaign.${what}`, subject: id })
    logger.info({ campaign: id }, `campaign.${what}`)
  }

  async function isThrough(campaign: string): Promise<boolean> {
    const { total, states } = await ledger.search.progress(campaign)
    return total > 0 && states.done + states.stopped === total
  }

  /** Whether leads of a list wait to be dialed or handed over, due or not. */
  async function hasList(campaign: string): Promise<boolean> {
    const counted = await Promise.all(
      shardNames(ledger.identity.shards).map(shard =>
        ledger.due.count([
          keys.shard(shard).due('dial', campaign, true),
          keys.shard(shard).due('handover', campaign, true),
        ]),
      ),
    )
    return counted.some(({ counts, nextInMs }) => counts.some(count => count > 0) || nextInMs !== undefined)
  }

  /** `true` when there is more to cancel. Calls that go on are followed to their end; what would follow is called off. */
  async function cancelRest(campaign: string, isReview: boolean): Promise<boolean> {
    const isMore = await cancelAll(campaign, waiting)
    if (isMore) return true
    if (!isReview && told.has(campaign)) return false
    if (await cancelAll(campaign, busy)) return true
    told.add(campaign)
    return false
  }

  /** One batch, and past journeys that are cancelled already. */
  async function cancelAll(campaign: string, states: readonly JourneyState[]): Promise<boolean> {
    let cursor: string | undefined
    let cancelled = 0
    do {
      const page = await ledger.search.journeys({ campaigns: [campaign], states }, { limit: CANCEL_BATCH, cursor })
      const results = await Promise.all(page.items.map(cancel))
      cancelled += results.filter(Boolean).length
      cursor = page.nextCursor
    } while (cursor !== undefined && cancelled < CANCEL_BATCH)
    return cursor !== undefined
  }

  async function cancel(journey: Journey): Promise<boolean> {
    const { result } = await ledger.journeys.transition(
      journey.id,
      draft => {
        const { stop, effects } = draft.journey
        if (isEnded(draft.journey)) return false
        if (stop !== undefined && !effects.some(({ state }) => state === 'planned')) return false
        draft.note('journey.cancelled', { by: 'campaign' })
        cancelJourney(draft)
        return undefined
      },
      journey,
    )
    return result === 'committed'
  }

  /** A crash between a call's end and the release leaves a place taken until its lease ends; this frees it sooner. */
  async function reviewPlaces(campaign: string): Promise<void> {
    for (const holder of await ledger.live.holders(campaign)) {
      const step = parseStepId(holder)
      const journey = step && (await ledger.journeys.load(step.journeyId))
      const attempt = journey?.attempts.find(({ number }) => String(number) === step?.ref)
      const isWaiting = journey?.steps.some(({ kind, ref }) => kind === 'dial' && ref === step?.ref) ?? false
      if (!isWaiting && (attempt === undefined || !isHolding(attempt))) await ledger.live.release(campaign, holder)
    }
  }
}
