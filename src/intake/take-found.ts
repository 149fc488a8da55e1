import { accountsOf, type CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { toE164 } from '../campaigns/phone.ts'
import type { ProviderName } from '../campaigns/vocabulary.ts'
import { UnavailableError } from '../errors.ts'
import { callKey } from '../ledger/effects.ts'
import { type Attempt, isHolding, type Journey } from '../ledger/journey.ts'
import { nameCall } from '../ledger/others-call.ts'
import type { FoundInteraction } from '../sources/meaning.ts'
import { identify } from './identify.ts'
import { type IntakeParts, openFor } from './open-journey.ts'

export interface TakeParts extends IntakeParts {
  campaigns: CampaignBook
}

/** An interaction that somebody came upon: a webhook tells of it, or a walk over the vendor's list. */
export interface Finding {
  provider: ProviderName
  /** The trigger event that campaigns name. */
  event: string
  found: FoundInteraction
}

export interface Taken {
  /** `known`: a journey has it already; `named`: it ends an open attempt; the others as for any event. */
  result: 'known' | 'named' | 'opened' | 'joined' | 'ignored'
  journeys: string[]
  /** Why it came to nothing. */
  reason?: string
}

/** Journeys of one lead that are asked; more would be a lead of nobody's. */
const MAX_JOURNEYS = 50

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
  if (holder !== undefined) return { result: 'known', journeys: [holder] }
  const named = await nameOpenCall(parts, finding)
  if (named !== undefined) return { result: 'named', journeys: [named] }
  if (found.trial) return ignored('a trial call of the vendor')

  const started = campaigns.startedByFound({ provider, event, account: found.account })
  if (started.length === 0) return ignored(`no campaign is started by ${event} of ${found.account}`)
  const opened = await Promise.all(started.map(campaign => open(parts, campaign, finding, eventId)))
  const journeys = opened.flatMap(({ journeyId }) => journeyId ?? [])
  const best = (['opened', 'joined'] as const).find(result => opened.some(entry => entry.result === result))
  if (best !== undefined) return { result: best, journeys }
  return { ...ignored(opened.map(({ reason }) => reason).join('; ')), journeys }
}

function ignored(reason: string): Taken {
  return { result: 'ignored', journeys: [], reason }
}

type Opening = { result: 'opened' | 'joined' | 'ignored'; journeyId?: string; reason?: string }

async function open(
  parts: TakeParts,
  campaign: Campaign,
  { provider, found }: Finding,
  eventId: string,
): Promise<Opening> {
  const since = campaign.poll.sinceAt ?? (await parts.ledger.control.firstSeenAt(campaign.id))
  if (found.at < since)
    return { result: 'ignored', reason: `it began before ${campaign.id} looks for them (poll.since)` }
  const { interactionId, leadId, at } = found
  // The vendor's record comes first: who rang or was rung differs by call, whose the number is does not.
  const stated = found.phone === undefined ? undefined : toE164(found.phone, parts.defaultCountry)
  const known = await parts.leads(provider).getLead(leadId, stated === undefined ? {} : { phone: stated })
  const { doNotContact: _, attribution: __, ...details } = known ?? { leadId }
  const phone = known?.phone ?? found.phone
  const lead = { ...details, leadId, ...(phone === undefined ? {} : { phone }) }
  const who = await identify(parts, campaign, lead, 'number')
  const request = {
    ...{ campaign, lead, eventId, run: 0 },
    found: { interactionId, at, name: `${provider} ${interactionId}` },
  }
  const opened = await openFor(parts, request, who)
  if (opened.result !== 'ignored') return { result: opened.result, journeyId: opened.journeyId }
  return { ...opened, reason: 'reentry: the lead has been through this campaign' }
}

/** A call of ours that the vendor took without naming it, or whose answer was lost. The journey it belongs to. */
async function nameOpenCall(parts: TakeParts, { provider, found }: Finding): Promise<string | undefined> {
  const { ledger } = parts
  const ids = await ledger.leads.journeysOf(found.leadId)
  for (const id of ids.slice(0, MAX_JOURNEYS)) {
    const journey = await ledger.journeys.load(id)
    const attempt = journey && openCallOf(parts, journey, provider, found)
    if (attempt === undefined) continue
    if (attempt.state === 'intended') {
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
    const isOpen = isHolding(attempt) || (attempt.outcome === 'timed_out' && attempt.lateEnd === undefined)
    const from = attempt.intendedAt - campaign.reconcile.skewMs
    return isOpen && attempt.interactionId === undefined && found.at >= from
  })
}
