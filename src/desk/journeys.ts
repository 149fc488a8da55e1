import { createHash, randomUUID } from 'node:crypto'
import type { CampaignBook } from '../campaigns/book.ts'
import { toE164 } from '../campaigns/phone.ts'
import { namesOfEvent } from '../intake/event-names.ts'
import { type IntakeParts, openJourney } from '../intake/open-journey.ts'
import { cancelJourney } from '../ledger/effects.ts'
import { isEnded, type Journey } from '../ledger/journey.ts'
import type { Page } from '../ledger/page.ts'
import { type CallRequested, splitRequest } from '../sources/standard.ts'
import { findByWord } from './journey-search.ts'
import { type JourneySummary, type JourneyView, journeySummary, journeyView } from './journey-view.ts'
import { SCAN, scan } from './scan.ts'

export interface JourneyFilter {
  /** Any of the ids that follow, or the number. */
  q?: string | undefined
  journeyId?: string | undefined
  leadId?: string | undefined
  phone?: string | undefined
  interactionId?: string | undefined
  eventId?: string | undefined
  campaign?: string | undefined
  state?: string | undefined
  outcome?: string | undefined
}

export type Requested =
  | { result: 'opened' | 'repeated'; journey: JourneyView }
  | { result: 'there'; journeyId: string; why: 'live' | 'reentry' }
  | { result: 'unknown_campaign' }
  /** The idempotency key was used with another body. */
  | { result: 'key_reused' }

export interface JourneyDesk {
  show(journeyId: string): Promise<JourneyView | undefined>
  find(filter: JourneyFilter, page: Page): Promise<{ journeys: JourneySummary[]; nextCursor?: string }>
  request(
    asked: CallRequested,
    options: { force: boolean; idempotencyKey?: string | undefined; by: string },
  ): Promise<Requested>
  /** `undefined` when there is no such journey. A journey that has ended stays as it is. */
  cancel(journeyId: string, by: string): Promise<JourneyView | undefined>
}

/** A request of ours is handled at once; should the process die over it, a scheduler finds it after this long. */
const HAND_OVER_MS = 30_000

export function createJourneyDesk(parts: IntakeParts & { campaigns: CampaignBook }): JourneyDesk {
  const { ledger, campaigns } = parts
  const { journeys, search, events } = ledger

  async function show(journeyId: string): Promise<JourneyView | undefined> {
    const [journey, timeline] = await Promise.all([journeys.load(journeyId), journeys.timeline(journeyId)])
    return journey && journeyView(journey, timeline)
  }

  /** Ids that the narrowest of the given keys leads to; `undefined` when only lists are asked for. */
  async function idsOf(filter: JourneyFilter): Promise<string[] | undefined> {
    const { journeyId, leadId, phone, interactionId, eventId } = filter
    if (journeyId !== undefined) return [journeyId]
    if (interactionId !== undefined) {
      const id = await search.journeyOfInteraction(interactionId)
      return id === undefined ? [] : [id]
    }
    if (eventId !== undefined) return (await events.load(eventId))?.journeys ?? []
    if (leadId !== undefined) return ledger.leads.journeysOf(leadId)
    if (phone === undefined) return undefined
    const number = toE164(phone, parts.defaultCountry)
    return number === undefined ? [] : search.journeysOfPhone(number)
  }

  /** An erased lead's journeys are found by whoever knows its id, and by what it goes by since. */
  const isOf = (leadId: string, asked: string) => leadId === asked || leadId === ledger.identity.erasedLead(asked)

  const desk: JourneyDesk = {
    show,

    async find({ q, ...filter }, page) {
      if (q !== undefined) return { journeys: await findByWord(desk.find, q, filter, page) }
      const fits = (journey: JourneySummary) =>
        (filter.campaign === undefined || journey.campaign === filter.campaign) &&
        (filter.state === undefined || journey.state === filter.state) &&
        (filter.outcome === undefined || journey.outcome === filter.outcome) &&
        (filter.leadId === undefined || isOf(journey.leadId, filter.leadId))
      const ids = await idsOf(filter)
      const view = (journey: Journey) => fits(journeySummary(journey))
      if (ids !== undefined) {
        const loaded = await Promise.all(ids.map(id => journeys.load(id)))
        const found = loaded.filter(journey => journey !== undefined).filter(view)
        return { journeys: found.slice(0, page.limit).map(journeySummary) }
      }
      const isNarrow = filter.campaign !== undefined || filter.state !== undefined
      const named = filter.campaign === undefined ? campaigns.all().map(({ id }) => id) : [filter.campaign]
      const listed = {
        ...(isNarrow ? { campaigns: named } : {}),
        ...(filter.state === undefined ? {} : { states: [filter.state] }),
      }
      const scanned = await scan(
        page,
        cursor => search.journeyIds(listed, { limit: SCAN, cursor }),
        id => journeys.load(id),
        view,
        ({ createdAt, id }) => ({ at: createdAt, id }),
      )
      return { journeys: scanned.items.map(journeySummary), ...scanned.next }
    },

    async request(asked, { force, idempotencyKey, by }) {
      const { campaign: id, lead } = splitRequest(asked)
      const campaign = campaigns.get(id)
      if (campaign === undefined) return { result: 'unknown_campaign' }

      const eventId = `api_${createHash('sha256')
        .update(idempotencyKey ?? randomUUID())
        .digest('hex')
        .slice(0, 32)}`
      const raw = Buffer.from(JSON.stringify({ type: 'call.requested', data: asked, ...(force ? { force } : {}) }))
      const accepted = await events.accept(
        { eventId, source: 'api', contentType: 'application/json', raw },
        HAND_OVER_MS,
      )
      if (accepted === 'duplicate') {
        const first = await events.raw(eventId)
        if (first === undefined || !first.equals(raw)) return { result: 'key_reused' }
      }
      const opened = await openJourney(parts, { campaign, lead, eventId, run: 0, force })
      const { journeyId } = opened
      const state = opened.result === 'opened' ? ('processed' as const) : opened.result
      const why = opened.result === 'joined' ? 'live' : 'reentry'
      const reason = opened.result === 'ignored' ? { reason: 'reentry: the lead has been through this campaign' } : {}
      const names = namesOfEvent({ ...parts, identity: ledger.identity }, { kind: 'start', lead, campaign: id }, raw)
      const verdict = { state, journeys: [journeyId], names, type: 'call.requested', ...reason }
      await events.settle(eventId, verdict, 0)
      if (opened.result !== 'opened') return { result: 'there', journeyId, why }
      if (accepted === 'accepted') await ledger.audit.note({ by, what: 'journey.requested', subject: journeyId })
      const journey = (await show(journeyId)) ?? journeyView(opened.journey, [])
      return { result: accepted === 'accepted' ? 'opened' : 'repeated', journey }
    },

    async cancel(journeyId, by) {
      const { result } = await journeys.transition(journeyId, draft => {
        if (isEnded(draft.journey) || draft.journey.stop?.reason === 'cancelled') return false
        draft.note('journey.cancelled', { by })
        cancelJourney(draft)
        return undefined
      })
      if (result === 'committed') await ledger.audit.note({ by, what: 'journey.cancelled', subject: journeyId })
      return show(journeyId)
    },
  }
  return desk
}
