import { accountsOf, type CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { ProviderName } from '../campaigns/vocabulary.ts'
import { UnavailableError } from '../errors.ts'
import { callKey } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Attempt, isHolding, type Journey } from '../ledger/journey.ts'
import { nameCall } from '../ledger/others-call.ts'
import type { FoundInteraction } from '../sources/meaning.ts'
import { createFoundFacts, type FactParts, type FoundFacts } from './found-facts.ts'
import { hearLead } from './hear-lead.ts'
import { identify } from './identify.ts'
import { type IntakeParts, openFor } from './open-journey.ts'

export type TakeParts = IntakeParts & FactParts & { campaigns: CampaignBook }

/** An interaction that somebody came upon: a webhook tells of it, or a walk over the vendor's list. */
export interface Finding {
  provider: ProviderName
  /** The trigger event that campaigns name. */
  event: string
  found: FoundInteraction
}

export interface Taken {
  /** `known`: it was decided before; `named`: it ends an open attempt; the others as for any event. */
  result: 'known' | 'named' | 'opened' | 'joined' | 'ignored'
  journeys: string[]
  /** Why it came to nothing. */
  reason?: string
}

/** Journeys of one lead that are asked; more would be a lead of nobody's. */
const MAX_JOURNEYS = 50

/** Set once it is decided what becomes of an interaction: what a later look would make of it changes nothing. */
export function foundMark({ provider, found }: { provider: string; found: { interactionId: string } }): string {
  return `found:${provider}/${found.interactionId}`
}

/**
 * Takes an interaction that may have begun without us. One that belongs to an open attempt ends that attempt; any other
 * starts a journey in each campaign it belongs to, the same one whoever brings it and however often.
 * @param eventId what brought it, for the journey's record
 * @throws UnavailableError (`CALL_OPEN`) while a call to this lead is being placed, which it may be
 */
export async function takeFound(parts: TakeParts, finding: Finding, eventId: string): Promise<Taken> {
  const { ledger, campaigns } = parts
  const { provider, event, found } = finding
  const holder = await ledger.search.journeyOfInteraction(found.interactionId)
  const known: Taken = { result: 'known', journeys: holder === undefined ? [] : [holder] }
  if ((await ledger.leads.markedBy(foundMark(finding))) !== undefined) return known
  if (holder !== undefined && (await isOurs(ledger, holder, found))) return known

  const facts = createFoundFacts(parts, provider, found)
  const named = await nameOpenCall(parts, finding, facts)
  if (named !== undefined) return decide(parts, finding, { result: 'named', journeys: [named] })
  if (found.trial) return decide(parts, finding, ignored('a trial call of the vendor'))

  const started = campaigns.startedByFound({ provider, event, account: found.account })
  if (started.length === 0) return ignored(`no campaign is started by ${event} of ${found.account}`)
  const since = await Promise.all(started.map(campaign => beginningOf(ledger, campaign)))
  const wanting = started.filter((_, index) => found.at >= (since[index] ?? 0))
  if (wanting.length === 0) {
    return ignored(`it began before ${started.map(({ id }) => id).join(', ')} looks for them (poll.since)`)
  }
  const opened = await openAll(parts, finding, facts, wanting, eventId)
  if (opened.some(({ result }) => result === 'joined') && (await facts.isInbound())) {
    const rang = { leadId: found.leadId, texts: [], calls: [found.at] }
    await hearLead(parts, rang, `interaction ${found.interactionId}`)
  }
  const journeys = opened.map(({ journeyId }) => journeyId)
  const best = (['opened', 'joined'] as const).find(result => opened.some(entry => entry.result === result))
  if (best !== undefined) return decide(parts, finding, { result: best, journeys })
  const reason = 'reentry: the lead has been through this campaign'
  return decide(parts, finding, { ...ignored(reason), journeys })
}

function ignored(reason: string): Taken {
  return { result: 'ignored', journeys: [], reason }
}

/** From when on a campaign wants what began without us, ms. */
export async function beginningOf({ control }: Pick<Ledger, 'control'>, { id, poll }: Campaign): Promise<number> {
  return poll.sinceAt ?? (await control.firstSeenAt(id))
}

/** What it came to stands, and no attempt takes for its own what was somebody else's. */
async function decide({ ledger }: TakeParts, finding: Finding, taken: Taken): Promise<Taken> {
  const decided = `${taken.result} ${taken.journeys.join(' ')}`.trim()
  if (taken.result !== 'named') await ledger.leads.mark(`interaction:${finding.found.interactionId}`, decided)
  await ledger.leads.mark(foundMark(finding), decided)
  return taken
}

/** A call that we have placed and the vendor has named: it is followed, and starts nothing. */
async function isOurs({ journeys }: Ledger, holder: string, { interactionId }: FoundInteraction): Promise<boolean> {
  const journey = await journeys.load(holder)
  const attempt = journey?.attempts.find(entry => entry.interactionId === interactionId)
  const effect = journey?.effects.find(({ key }) => key === callKey(holder, attempt?.number ?? 0))
  return (effect?.tries ?? 0) > 0
}

type Opening = { result: 'opened' | 'joined' | 'ignored'; journeyId: string }

/** In every campaign, also where one of them fails: whoever comes again finds the others as they are. */
async function openAll(
  parts: TakeParts,
  { provider, found }: Finding,
  facts: FoundFacts,
  campaigns: readonly Campaign[],
  eventId: string,
): Promise<Opening[]> {
  const known = await facts.lead()
  const phone = known?.phone ?? found.phone
  const { doNotContact: _, attribution: __, ...details } = known ?? { leadId: found.leadId }
  const lead = { ...details, leadId: found.leadId, ...(phone === undefined ? {} : { phone }) }
  const { interactionId, at } = found
  const call = { interactionId, at, name: `${provider} ${interactionId}` }
  const settled = await Promise.allSettled(
    campaigns.map(async (campaign): Promise<Opening> => {
      const who = await identify(parts, campaign, lead, 'number')
      const { result, journeyId } = await openFor(parts, { campaign, lead, eventId, run: 0, found: call }, who)
      return { result, journeyId }
    }),
  )
  const failed = settled.find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
  return settled.flatMap(entry => (entry.status === 'fulfilled' ? [entry.value] : []))
}

/** A call of ours that the vendor took without naming it, or whose answer was lost. The journey it belongs to. */
async function nameOpenCall(
  parts: TakeParts,
  { provider, found }: Finding,
  facts: FoundFacts,
): Promise<string | undefined> {
  const { ledger } = parts
  const ids = await ledger.leads.journeysOf(found.leadId)
  for (const id of ids.slice(0, MAX_JOURNEYS)) {
    const journey = await ledger.journeys.load(id)
    const attempt = journey && openCallOf(parts, journey, provider, found)
    if (attempt === undefined) continue
    // The lead rang while our own call was still to come: that one is waited for.
    if (await facts.isInbound()) return undefined
    // Elsewhere a call has its name from the start: which of several an unclear one is, is for reconciling to say.
    if (attempt.state === 'intended' || !facts.isNamedLater()) {
      throw new UnavailableError('a call to this lead is being placed', { code: 'CALL_OPEN' })
    }
    // Whoever looks for the same call at the same time asks for the same mark.
    const owner = callKey(id, attempt.number)
    if (!(await ledger.leads.mark(`interaction:${found.interactionId}`, owner))) continue
    const { result } = await ledger.journeys.transition(id, draft => {
      const own = draft.attempt(attempt.number)
      if (own === undefined || own.interactionId !== undefined) return false
      nameCall(draft, own, found, "found among the vendor's calls")
      return undefined
    })
    if (result === 'committed') return id
  }
  return undefined
}

function openCallOf(
  { campaigns }: TakeParts,
  journey: Journey,
  provider: ProviderName,
  found: FoundInteraction,
): Attempt | undefined {
  const campaign = campaigns.get(journey.campaign)
  if (journey.provider !== provider || campaign === undefined) return undefined
  if (!accountsOf(campaign).includes(found.account)) return undefined
  return journey.attempts.find(attempt => {
    const from = attempt.intendedAt - campaign.reconcile.skewMs
    if (attempt.interactionId !== undefined || found.at < from) return false
    // One that was given up is looked for once more, and no longer.
    const isLooked = journey.steps.some(({ kind, ref }) => kind === 'poll' && ref === String(attempt.number))
    return isHolding(attempt) || (attempt.outcome === 'timed_out' && isLooked)
  })
}
