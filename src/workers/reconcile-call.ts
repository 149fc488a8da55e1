import { accountsOf } from '../campaigns/book.ts'
import type { Effect } from '../ledger/journey.ts'
import { adoptCall } from '../ledger/resolve.ts'
import { callCandidates } from './candidates.ts'
import { findOwnCall } from './find-own-call.ts'
import { interactionsOf } from './interactions-of.ts'
import type { Finding, ReconcileParts } from './reconcile-effect.ts'
import type { StepContext } from './step-job.ts'

/**
 * Looks for a call in the vendor's list of the lead's interactions. Exactly one that fits is adopted, although a person
 * could have started it by hand: this errs towards not calling again. More than one is for a person.
 */
export async function reconcileCall(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  const { journey, campaign, signal } = context
  const { ledger, provider } = parts
  const { skewMs } = campaign.reconcile
  const intendedAt = effect.intendedAt ?? 0
  const vendor = provider(campaign.provider)
  if (vendor.placesLater) return findLater(parts, context, effect)
  const { phone } = journey.private
  const listed = await interactionsOf(vendor, journey.leadId, { signal, ...(phone === undefined ? {} : { phone }) })
  const fitting = callCandidates(listed, {
    campaignId: campaign.account.campaignId,
    accounts: accountsOf(campaign),
    from: intendedAt - skewMs,
    to: (effect.until ?? intendedAt) + skewMs,
  })
  const holders = await Promise.all(
    fitting.map(({ interactionId }) => ledger.search.journeyOfInteraction(interactionId)),
  )
  const free = fitting.filter((_, index) => holders[index] === undefined)

  const [only, ...others] = free
  if (only === undefined) return { found: 'none' }
  if (others.length > 0) {
    const ids = free.map(({ interactionId }) => interactionId).join(', ')
    return { found: 'several', why: `${free.length} calls could be it: ${ids}` }
  }
  // Two open questions may find the same call at once: the first to claim it has it.
  const isOurs = await ledger.leads.mark(`interaction:${only.interactionId}`, effect.key)
  if (!isOurs) return { found: 'none' }
  const { interactionId, createdAt } = only
  const call = { interactionId, placedAt: createdAt ?? intendedAt }
  return { found: 'one', close: (draft, open) => adoptCall(draft, open, call, "found in the vendor's list") }
}

/** A vendor that calls in its own time: the first call that the lead did not make is the one that was asked for. */
async function findLater(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  const attempt = context.journey.attempts.find(({ number }) => String(number) === effect.rule)
  const call = attempt && (await findOwnCall(parts, context, attempt))
  if (call === undefined) return { found: 'none' }
  const { interactionId, createdAt = effect.intendedAt ?? 0 } = call
  const found = { interactionId, placedAt: createdAt }
  return { found: 'one', close: (draft, open) => adoptCall(draft, open, found, "found among the vendor's calls") }
}
