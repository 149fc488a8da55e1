import { carryOptOuts } from '../intake/carry-opt-outs.ts'
import type { Effect } from '../ledger/journey.ts'
import { adoptLead, createdMark } from '../ledger/new-lead.ts'
import { able } from './able.ts'
import { leadCandidates } from './candidates.ts'
import type { Finding, ReconcileParts } from './reconcile-effect.ts'
import type { StepContext } from './step-job.ts'

/**
 * Looks for a lead in the vendor's list of the campaign's leads. Exactly one with this number and from this time is
 * adopted, although somebody else could have created it: this errs towards not telling the vendor of a person twice.
 * More than one is for a person.
 */
export async function reconcileLead(parts: ReconcileParts, context: StepContext, effect: Effect): Promise<Finding> {
  const { journey, campaign, signal } = context
  const { ledger, provider } = parts
  const { skewMs } = campaign.reconcile
  const intendedAt = effect.intendedAt ?? 0
  const { phone = '' } = journey.private
  const { campaignId = '' } = campaign.account
  const { leads, isWhole } = await able(provider(campaign.provider), campaign.provider, 'findLeads').findLeads(
    { campaignId, phone },
    { signal },
  )
  if (!isWhole) return { found: 'several', why: "the vendor's list of leads with this number has no end" }

  const fitting = leadCandidates(leads, {
    phone,
    from: intendedAt - skewMs,
    to: (effect.until ?? intendedAt) + skewMs,
  })
  const owners = await Promise.all(fitting.map(({ leadId }) => ledger.leads.markedBy(createdMark(leadId))))
  const free = fitting.filter((_, index) => owners[index] === undefined || owners[index] === effect.key)

  const [only, ...others] = free
  if (only === undefined) return { found: 'none' }
  const { leadId } = only
  if (others.length > 0) {
    return {
      found: 'several',
      why: `${free.length} leads could be it: ${free.map(lead => lead.leadId).join(', ')}`,
    }
  }
  // Two open questions may find the same lead at once: the first to claim it has it.
  if (!(await ledger.leads.mark(createdMark(leadId), effect.key))) return { found: 'none' }
  await ledger.leads.assign({ leadId, campaign: journey.campaign, journeyId: journey.id })
  // The lead has been there for a while, and may have said something by its id.
  if (phone !== '') await carryOptOuts(parts, leadId, phone)
  return { found: 'one', close: (draft, open) => adoptLead(draft, open, leadId, "found in the vendor's list") }
}
