import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Interaction, KnownOfLead, RequestOptions, VoicePort } from '../clients/ports.ts'
import { RejectedError } from '../errors.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { callCandidates } from './candidates.ts'

/** The vendor's list of a lead's interactions. A lead the vendor does not know has none. */
export async function interactionsOf(
  provider: VoicePort,
  leadId: string,
  options: RequestOptions & KnownOfLead,
): Promise<Interaction[]> {
  try {
    return await provider.listInteractions(leadId, options)
  } catch (error) {
    if (error instanceof RejectedError && error.code === 'NOT_FOUND') return []
    throw error
  }
}

/**
 * Of a list of a lead's interactions the calls that the vendor's dialer made since the lead was handed over, and that
 * belong to no attempt yet, oldest first. Of whichever campaign: the dialer is given leads, and calls each in the campaign
 * that the lead belongs to.
 */
export async function newCallsOfDialer(
  { ledger, campaigns }: { ledger: Ledger; campaigns: CampaignBook },
  { journey, campaign }: { journey: Journey; campaign: Campaign },
  handOver: Effect,
  listed: readonly Interaction[],
): Promise<Interaction[]> {
  const trace = {
    from: (handOver.intendedAt ?? journey.createdAt) - campaign.reconcile.skewMs,
    to: Number.POSITIVE_INFINITY,
  }
  const own = new Set(journey.attempts.map(({ interactionId }) => interactionId))
  const fresh = callCandidates(listed, trace).filter(({ interactionId }) => !own.has(interactionId))
  if (fresh.length === 0) return []
  // Before who holds a call is asked: a call whose answer is written down in between is found there.
  const mayBeOurs = await openDials({ ledger, campaigns }, journey)
  const fitting = fresh.filter(call => !mayBeOurs(call))
  const holders = await Promise.all(
    fitting.map(({ interactionId }) => ledger.search.journeyOfInteraction(interactionId)),
  )
  return fitting
    .filter((_, index) => holders[index] === undefined)
    .sort((a, b) => (a.createdAt ?? trace.from) - (b.createdAt ?? trace.from))
}

/**
 * Tells calls that another journey of this lead may be placing just now, or has placed without knowing it yet. That one
 * looks for them itself, and would call again were they not to be found.
 */
async function openDials(
  { ledger, campaigns }: { ledger: Ledger; campaigns: CampaignBook },
  { id, leadId }: Journey,
): Promise<(call: Interaction) => boolean> {
  const others = (await ledger.leads.journeysOf(leadId)).filter(journeyId => journeyId !== id)
  const journeys = await Promise.all(others.map(journeyId => ledger.journeys.load(journeyId)))
  const traces = journeys.flatMap(journey => {
    const open = journey?.effects.filter(({ kind, state }) => kind === 'call' && openStates.has(state)) ?? []
    const campaign = journey && campaigns.get(journey.campaign)
    const skewMs = campaign?.reconcile.skewMs ?? 0
    return open.flatMap(({ intendedAt, until = intendedAt ?? 0 }) =>
      intendedAt === undefined
        ? []
        : [{ campaignId: campaign?.account.campaignId, from: intendedAt - skewMs, to: until + skewMs }],
    )
  })
  return call => traces.some(trace => callCandidates([call], trace).length > 0)
}

const openStates: ReadonlySet<Effect['state']> = new Set(['intended', 'unknown', 'parked'])
