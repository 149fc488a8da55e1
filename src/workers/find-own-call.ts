import { accountsOf } from '../campaigns/book.ts'
import type { Interaction, Provider } from '../clients/ports.ts'
import { callKey } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Attempt } from '../ledger/journey.ts'
import { callCandidates } from './candidates.ts'
import { interactionsOf } from './interactions-of.ts'
import type { StepContext } from './step-job.ts'

/** Who owns a call that the lead made: no attempt of ours. */
const RANG = 'inbound'

/**
 * A call that the vendor took without naming it: the oldest of the lead's calls since the intent that is nobody else's
 * and that the lead did not make. Marked as this attempt's, so that whoever looks at the same time does not take it too.
 */
export async function findOwnCall(
  { ledger, provider }: { ledger: Ledger; provider: (name: string) => Provider },
  { journey, campaign, signal }: StepContext,
  attempt: Attempt,
): Promise<Interaction | undefined> {
  const vendor = provider(campaign.provider)
  const permit = await vendor.permit('poll', { signal })
  const listed = await interactionsOf(vendor, journey.leadId, { signal, permit })
  const fitting = callCandidates(listed, {
    campaignId: campaign.account.campaignId,
    accounts: vendor.placesLater ? accountsOf(campaign) : undefined,
    from: attempt.intendedAt - campaign.reconcile.skewMs,
    to: Number.POSITIVE_INFINITY,
  }).sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))
  const owner = callKey(journey.id, attempt.number)
  for (const { interactionId } of fitting) {
    const mark = `interaction:${interactionId}`
    const holder = await ledger.leads.markedBy(mark)
    if (holder !== undefined && holder !== owner) continue
    if ((await ledger.search.journeyOfInteraction(interactionId)) !== undefined) continue
    // A list does not say who rang.
    const whole = await vendor.getInteraction(interactionId, { signal })
    const isOwn = await ledger.leads.mark(mark, whole.direction === 'inbound' ? RANG : owner)
    if (isOwn && whole.direction !== 'inbound') return whole
  }
  return undefined
}
