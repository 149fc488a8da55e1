import { setTimeout as wait } from 'node:timers/promises'
import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt, windowGate } from '../campaigns/dial-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import type { Clock } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import type { Draft } from '../ledger/draft.ts'
import { planDial, planHandOver } from '../ledger/effects.ts'
import type { Person } from '../ledger/identity.ts'
import type { Ledger } from '../ledger/index.ts'
import { isEnded, type Journey } from '../ledger/journey.ts'
import { meetLead, planLead } from '../ledger/new-lead.ts'
import { adoptOthersCall } from '../ledger/others-call.ts'
import type { LeadRequest } from '../sources/meaning.ts'
import { carryOptOuts } from './carry-opt-outs.ts'
import { type IdentifyParts, identify, type Who } from './identify.ts'

export interface IntakeParts extends IdentifyParts {
  ledger: Ledger
  clock: Clock
}

export interface OpenRequest {
  campaign: Campaign
  lead: LeadRequest
  eventId: string
  /** Runs of one event: a replay is another run, a handler that starts again is not. */
  run: number
  /** Opens a journey although the campaign's `reentry` says no. */
  force?: boolean
  /** An interaction that began without us is the journey's first attempt. `name` names the journey, whoever brings it. */
  found?: { interactionId: string; at: number; name: string }
  /** A row of a list. Nobody runs it again: `run` is its line, and a lead who is there is left alone. */
  list?: true
}

export type Opened =
  | { result: 'opened'; journeyId: string; journey: Journey }
  /** The lead has a live journey in this campaign. */
  | { result: 'joined'; journeyId: string; journey: Journey }
  /** The lead has had one, and `reentry` does not allow another yet. Its record may be past its retention. */
  | { result: 'ignored'; journeyId: string }

/**
 * After this long the claim of a journey that was never written counts as abandoned. Whoever made it needs
 * milliseconds, and tries again after seconds if it died.
 */
const CLAIM_ABANDONED_MS = 60_000

/** A journey that is being opened beside us is there in a moment: looked for this often, this far apart. */
const CLAIM_LOOKS = 20
const CLAIM_LOOK_MS = 25

/** Opens a journey for a lead in a campaign, or joins the one that is there. Starting again gives the same journey. */
export async function openJourney(parts: IntakeParts, request: OpenRequest): Promise<Opened> {
  return openFor(parts, request, await identify(parts, request.campaign, request.lead))
}

/**
 * As `openJourney`, for a lead who is identified already.
 * @throws UnavailableError (`LEAD_CLAIMED`) while somebody else is opening a journey for this lead
 */
export async function openFor(parts: IntakeParts, request: OpenRequest, who: Who): Promise<Opened> {
  const isNew = request.list === true ? await openNew(parts, request, who) : undefined
  if (isNew !== undefined) return isNew
  const opened = await openOrMeet(parts, request, who, false)
  // Who opted out meanwhile, by the lead's id, found no journey to read a number from.
  const phone = opened.result === 'ignored' ? undefined : opened.journey.private.phone
  if (request.lead.leadId !== '' && phone !== undefined) await carryOptOuts(parts, request.lead.leadId, phone)
  return opened
}

/**
 * A row of a list nearly always brings a lead and a number that are new to the campaign: then their journey is written in
 * one go with those of other rows. `undefined` where that proves wrong.
 */
async function openNew(parts: IntakeParts, request: OpenRequest, who: Who): Promise<Opened | undefined> {
  const { person, journeyId } = namesOf(parts, request, who)
  const journey = newJourney(parts.clock.now(), journeyId, person, request, who)
  const result = await parts.ledger.journeys.openNew(journey, draft => begin(draft, request, who))
  return result === 'opened' ? { result, journeyId, journey } : undefined
}

function namesOf({ ledger: { identity } }: IntakeParts, request: OpenRequest, { phone }: Who) {
  const { campaign, lead, eventId, run, found } = request
  const person = phone === undefined ? identity.personOfLead(campaign.provider, lead.leadId) : identity.person(phone)
  return { person, journeyId: identity.journeyId(person, found?.name ?? eventId, campaign.id, String(run)) }
}

async function openOrMeet(parts: IntakeParts, request: OpenRequest, who: Who, isAgain: boolean): Promise<Opened> {
  const { ledger } = parts
  const { campaign, lead, list } = request
  const { person, journeyId } = namesOf(parts, request, who)

  const own = list ? undefined : await ledger.journeys.load(journeyId)
  if (own !== undefined) return { result: 'opened', journeyId, journey: own }

  // Who is not known to the vendor has only a number to be known by.
  const isKnown = lead.leadId !== ''
  const claimed = isKnown ? await claimLead(parts, request, journeyId, who) : undefined
  if (claimed !== undefined) return claimed

  // A number of a list is nearly always new to its campaign: it is asked about only where that proves wrong.
  const isTakenAsNew = list === true && !isAgain
  const newest = isTakenAsNew ? undefined : await ledger.journeys.newestOf(person.shard, campaign.id, person.id)
  // The same event, handled by somebody beside us.
  if (newest === journeyId) {
    const journey = await ledger.journeys.load(journeyId)
    if (journey !== undefined) return { result: 'opened', journeyId, journey }
  }
  if (newest !== undefined && newest !== journeyId) {
    const other = await ledger.journeys.load(newest)
    const past = () => ledger.journeys.pastOf(person.shard, campaign.id, person.id)
    const met = other === undefined ? tooSoon(parts, request, newest, await past()) : await meet(parts, request, other)
    if (met !== undefined && isKnown) {
      const claim = { leadId: lead.leadId, campaign: campaign.id, journeyId }
      // A row of a list comes to nothing, so the lead is not held by it: the next list may bring them with another
      // number. The lead of an event goes with the journey of its number.
      if (list) await ledger.leads.release(claim)
      else await ledger.leads.claim({ ...claim, journeyId: met.journeyId, over: journeyId })
    }
    if (met !== undefined) return met
    // Somebody who has been through the campaign has an id already.
    if (!isKnown && other !== undefined && other.leadId !== '') {
      return openOrMeet(parts, { ...request, lead: { ...lead, leadId: other.leadId } }, who, true)
    }
  }

  const journey = newJourney(parts.clock.now(), journeyId, person, request, who)
  const result = await ledger.journeys.open(journey, draft => begin(draft, request, who), newest)
  if (result === 'opened') return { result: 'opened', journeyId, journey }
  // Another event for the same number came first: look again, and meet its journey.
  return openOrMeet(parts, request, who, true)
}

/** Whether a journey that ended then still keeps its lead out of the campaign. */
export function isTooSoon(campaign: Campaign, earlier: { endedAt?: number }, now: number): boolean {
  const { reentryMs } = campaign.trigger
  return reentryMs === 'never' || (earlier.endedAt ?? 0) + reentryMs > now
}

/**
 * Claims the lead, or meets the journey that holds it. `undefined` when the claim is ours: then the number has been given
 * what was said of its lead.
 */
async function claimLead(
  parts: IntakeParts,
  request: OpenRequest,
  journeyId: string,
  { phone }: Who,
): Promise<Opened | undefined> {
  const { ledger, clock } = parts
  const claim = { leadId: request.lead.leadId, campaign: request.campaign.id, journeyId }
  let held = await ledger.leads.claim(claim)
  for (let looks = 1; held.journeyId !== journeyId; looks += 1) {
    const holder = await ledger.journeys.load(held.journeyId)
    if (holder !== undefined) {
      const met = await meet(parts, request, holder)
      if (met !== undefined) return met
    } else {
      const endedAt = await ledger.leads.remembered(request.lead.leadId, request.campaign.id)
      const past = tooSoon(parts, request, held.journeyId, endedAt)
      if (past !== undefined) return past
      if (endedAt === undefined && clock.now() - held.claimedAt < CLAIM_ABANDONED_MS) {
        if (looks >= CLAIM_LOOKS) {
          throw new UnavailableError('another event is opening a journey for this lead', { code: 'LEAD_CLAIMED' })
        }
        await wait(CLAIM_LOOK_MS)
        held = await ledger.leads.claim(claim)
        continue
      }
    }
    held = await ledger.leads.claim({ ...claim, over: held.journeyId })
  }
  if (held.isSpokenOf && phone !== undefined) await carryOptOuts(parts, claim.leadId, phone)
  return undefined
}

/** What an earlier journey of the same lead or number means for this event. */
async function meet(parts: IntakeParts, request: OpenRequest, earlier: Journey): Promise<Opened | undefined> {
  const { eventId, lead } = request
  if (!isEnded(earlier)) {
    if (request.list) return { result: 'joined', journeyId: earlier.id, journey: earlier }
    const joined = await parts.ledger.journeys.transition(
      earlier.id,
      draft => {
        if (isEnded(draft.journey) || draft.journey.joinedEvents.includes(eventId)) return false
        draft.journey.joinedEvents.push(eventId)
        draft.note('event.joined', { event: eventId })
        meetLead(draft, lead.leadId)
        return undefined
      },
      earlier,
    )
    const journey = 'journey' in joined ? joined.journey : earlier
    if (!isEnded(journey)) return { result: 'joined', journeyId: journey.id, journey }
  }
  return tooSoon(parts, request, earlier.id, earlier.endedAt ?? 0)
}

/** Whether `reentry` keeps the lead out after a journey that ended then. */
function tooSoon(
  parts: IntakeParts,
  request: OpenRequest,
  journeyId: string,
  endedAt: number | undefined,
): Opened | undefined {
  if (endedAt === undefined || request.force) return undefined
  // An interaction is judged by when it began, whenever it is come upon.
  const at = request.found?.at ?? parts.clock.now()
  return isTooSoon(request.campaign, { endedAt }, at) ? { result: 'ignored', journeyId } : undefined
}

function newJourney(now: number, id: string, person: Person, request: OpenRequest, who: Who): Journey {
  const { campaign, lead, eventId } = request
  return {
    id,
    version: 1,
    campaign: campaign.id,
    provider: campaign.provider,
    leadId: lead.leadId,
    person: person.id,
    test: campaign.test,
    ...(request.list ? { list: true } : {}),
    eventId,
    joinedEvents: [],
    zones: who.zones,
    attempts: [],
    effects: [],
    steps: [],
    createdAt: now,
    private: { ...who.details, ...(who.phone === undefined ? {} : { phone: who.phone }) },
    ...(who.stop === undefined ? {} : { stop: { reason: who.stop.reason, detail: who.stop.detail } }),
  }
}

function begin(draft: Draft, { campaign, found }: OpenRequest, who: Who): undefined {
  draft.note('journey.opened', { event: draft.journey.eventId, campaign: campaign.id, zones: who.zones })
  if (who.stop !== undefined) return undefined
  if (found !== undefined) return beginWithFound(draft, found)
  if (campaign.mode === 'handover') return beginHandOver(draft)
  if (draft.journey.leadId === '') planLead(draft, 1)
  planFirstDial(draft, campaign, who)
  return undefined
}

/** It is looked at first: what it came to is read from the vendor. */
function beginWithFound(draft: Draft, { interactionId, at }: { interactionId: string; at: number }): undefined {
  // A clock that is ahead of ours must not place a call in the future.
  const call = { interactionId, placedAt: Math.min(at, draft.now) }
  const attempt = adoptOthersCall(draft, call, 'it began without us')
  attempt.takenAt = draft.now
  attempt.looks = 0
  const { number } = attempt
  draft.plan('poll', String(number), draft.now)
}

/** A lead is handed over by the id that the vendor's dialer knows. */
function beginHandOver(draft: Draft): undefined {
  if (draft.journey.leadId !== '') planHandOver(draft)
  else
    draft.journey.stop = { reason: 'refused', detail: 'the vendor does not know the lead, who cannot be handed over' }
  return undefined
}

/** Whoever comes in at night waits for the morning from the first moment: nothing is spent on finding that out later. */
function planFirstDial(draft: Draft, campaign: Campaign, { phone = '', zones }: Who): void {
  planDial(draft, 1, draft.now)
  const dial = effectiveDialRules(campaign.dial, phone)
  const gate = windowGate(dial, zones, draft.now, dialExpiresAt(dial, draft.journey, undefined))
  if ('at' in gate) draft.putOff({ kind: 'dial', ref: '1' }, gate.at, gate.why)
}
