import type { Campaign } from '../campaigns/campaign.ts'
import type { Draft } from '../ledger/draft.ts'
import { skipEffect } from '../ledger/effects.ts'
import { adoptHandOver, assumeHandedOver } from '../ledger/hand-over.ts'
import type { Effect } from '../ledger/journey.ts'
import { parkEffect } from '../ledger/resolve.ts'
import { interactionsOf, newCallsOfDialer } from './interactions-of.ts'
import type { Finding, ReconcileParts } from './reconcile-effect.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/**
 * Looks for a call that the vendor's dialer has made since: then it has the lead. That there is none proves nothing, for
 * the dialer may call hours later, and no vendor shows a list of what it was handed.
 */
export async function reconcileHandOver(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  const { journey, campaign, signal } = context
  const listed = await interactionsOf(parts.provider(campaign.provider), journey.leadId, { signal })
  const [call] = await newCallsOfDialer(parts, context, effect, listed)
  if (call === undefined) return { found: 'nothing_to_look_at' }
  // Which attempt the call is, the walk says.
  return { found: 'one', close: (draft, open) => adoptHandOver(draft, open, { adopted: true }, CALLED) }
}

export const CALLED = "the vendor's dialer has called"

/**
 * Nobody can tell whether the lead was handed over. It is never handed over again by itself: a person decides now, or
 * its calls are looked for as though it had been, and a person decides when none has come.
 */
export function leaveUnknown(draft: Draft, effect: Effect, campaign: Campaign, why: string): Settled {
  const { stop } = draft.journey
  if (stop !== undefined) {
    draft.drop('reconcile', effect.key)
    skipEffect(draft, effect, stop.reason)
    return { result: 'skipped' }
  }
  if (campaign.dial.onUnknown === 'park') {
    parkEffect(draft, effect, why)
    return { result: 'parked' }
  }
  assumeHandedOver(draft, effect, draft.now + campaign.poll.walkMs, why)
  return { result: 'assumed', nextInMs: campaign.poll.walkMs }
}
