import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { parseInstantMs } from '../campaigns/instant.ts'
import type { Clock } from '../clock.ts'
import { cancelJourney } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import { isHolding, parseStepId } from '../ledger/journey.ts'
import type { Logger } from '../logger.ts'

/** How often campaigns are looked after: a start at a time, an end, what a cancel leaves to do. */
const EVERY_MS = 1_000

/** How often places of live calls are compared with the calls themselves. */
const REVIEW_EVERY_MS = 30_000

/** Journeys cancelled in one go: a cancel of a long list takes many rounds, and dialing goes on between them. */
const CANCEL_BATCH = 500

/**
 * Looks after the life of campaigns: starts them at their time, ends them when their list is through, carries a cancel
 * to every journey, and frees places whose call is over. Level-triggered: whoever dies over it leaves nothing half-done.
 */
export function createCampaignKeeper(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  logger: Logger
}): () => Promise<void> {
  const { ledger, campaigns, clock, logger } = parts
  let nextAt = 0
  let reviewAt = 0

  return async () => {
    const now = clock.now()
    if (now < nextAt) return
    nextAt = now + EVERY_MS
    const isReview = now >= reviewAt
    if (isReview) reviewAt = now + REVIEW_EVERY_MS
    for (const campaign of campaigns.all()) {
      await keep(campaign, now)
      if (isReview) await reviewPlaces(campaign.id)
    }
  }

  async function keep(campaign: Campaign, now: number): Promise<void> {
    const { id, trigger, start } = campaign
    const { status } = await ledger.control.read(id)
    if (status === 'draft' && start?.at !== undefined) {
      const startAt = parseInstantMs(start.at, campaign.dial.timezone)
      if (startAt !== undefined && startAt <= now && (await ledger.control.change(id, ['draft'], 'running'))) {
        logger.info({ campaign: id }, 'campaign.started')
      }
    }
    if (status === 'cancelled') await cancelRest(id)
    if (status === 'running' && trigger.events.length === 0 && (await isThrough(id))) {
      if (await ledger.control.change(id, ['running'], 'done')) logger.info({ campaign: id }, 'campaign.done')
    }
  }

  async function isThrough(campaign: string): Promise<boolean> {
    const { total, states } = await ledger.search.progress(campaign)
    return total > 0 && states.done + states.stopped === total
  }

  async function cancelRest(campaign: string): Promise<void> {
    const { items } = await ledger.search.journeys(
      { campaigns: [campaign], states: ['scheduled', 'following_up'] },
      { limit: CANCEL_BATCH },
    )
    for (const journey of items) {
      await ledger.journeys.transition(
        journey.id,
        draft => {
          if (draft.journey.stop !== undefined) return false
          draft.note('journey.cancelled', { by: 'campaign' })
          cancelJourney(draft)
          return undefined
        },
        journey,
      )
    }
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
