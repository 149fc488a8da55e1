import { accountsOf } from '../campaigns/book.ts'
import type { Provider } from '../clients/ports.ts'
import { callKey } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Attempt } from '../ledger/journey.ts'
import { callCandidates } from './candidates.ts'
import { interactionsOf } from './interactions-of.ts'
import type { StepContext } from './step-job.ts'

/**
 * The vendor's id of a call that it took without naming it: the oldest of the lead's calls since the intent that is
 * nobody else's. Marked as this attempt's, so that whoever looks at the same time does not take it too.
 */
export async function findOwnCall(
  { ledger, provider }: { ledger: Ledger; provider: (name: string) => Provider },
  { journey, campaign, signal }: StepContext,
  attempt: Attempt,
): Promise<string | undefined> {
  const vendor = provider(campaign.provider)
  const permit = await vendor.permit('poll', { signal })
  const listed = await interactionsOf(vendor, journey.leadId, { signal, permit })
  const own = callCandidates(listed, {
    campaignId: campaign.account.campaignId,
    accounts: vendor.placesLater ? accountsOf(campaign) : undefined,
    from: attempt.intendedAt - campaign.reconcile.skewMs,
    to: Number.POSITIVE_INFINITY,
  }).sort((a, b) => (a.createdAt ?? 0) - (b.createdAt ?? 0))
  for (const { interactionId } of own) {
    if ((await ledger.search.journeyOfInteraction(interactionId)) !== undefined) continue
    if (await ledger.leads.mark(`interaction:${interactionId}`, callKey(journey.id, attempt.number))) {
      return interactionId
    }
  }
  return undefined
}
