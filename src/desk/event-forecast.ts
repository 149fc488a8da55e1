import type { CampaignBook } from '../campaigns/book.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { toE164 } from '../campaigns/phone.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors.ts'
import { isTooSoon } from '../intake/open-journey.ts'
import type { Ledger } from '../ledger/index.ts'
import { isEnded, type Journey } from '../ledger/journey.ts'
import { readEvent } from '../sources/index.ts'
import type { LeadRequest } from '../sources/meaning.ts'

/** What reading an event anew would come to, as things stand. It is decided again when it is read. */
export type EventForecast =
  | { kind: 'starts'; campaigns: CampaignForecast[] }
  /** It looks at a call that is over, or that began without us. */
  | { kind: 'looks' }
  /** A number must not be reached any more. */
  | { kind: 'suppresses' }
  /** What a lead has written is read anew. */
  | { kind: 'hears' }
  | { kind: 'nothing'; reason: string }
  /** It cannot be read, or names what is not there. */
  | { kind: 'rejected'; reason: string }

export interface CampaignForecast {
  id: string
  name: string
  test: boolean
  /** `joins` a journey that goes on, begins nothing because of `reentry`, or begins another journey. */
  result: 'joins' | 'too_soon' | 'begins'
}

/** Journeys of one lead are few; more than this many are not looked at. */
const MAX_OF_LEAD = 100

/** Says what a replay of an event would do, without doing any of it. */
export function createEventForecast(parts: {
  ledger: Ledger
  campaigns: CampaignBook
  clock: Clock
  defaultCountry: string
}): (event: { source: string; raw: Buffer }) => Promise<EventForecast> {
  const { ledger, campaigns, clock, defaultCountry } = parts

  async function journeysOf({ leadId, phone }: LeadRequest): Promise<Journey[]> {
    const number = phone === undefined ? undefined : toE164(phone, defaultCountry)
    const [ofLead, ofNumber] = await Promise.all([
      leadId === '' ? [] : ledger.leads.journeysOf(leadId),
      number === undefined ? [] : ledger.search.journeysOfPhone(number),
    ])
    const ids = [...new Set([...ofLead, ...ofNumber])].slice(0, MAX_OF_LEAD)
    const loaded = await Promise.all(ids.map(id => ledger.journeys.load(id)))
    return loaded.filter(journey => journey !== undefined)
  }

  async function starts(started: readonly Campaign[], lead: LeadRequest, force = false): Promise<EventForecast> {
    const known = await journeysOf(lead)
    return { kind: 'starts', campaigns: started.map(campaign => forecastOf(campaign, known, clock.now(), force)) }
  }

  return async ({ source, raw }) => {
    try {
      const { meaning } = readEvent(source, raw)
      switch (meaning.kind) {
        case 'start': {
          const campaign = campaigns.get(meaning.campaign)
          return campaign === undefined
            ? { kind: 'rejected', reason: `unknown campaign ${meaning.campaign}` }
            : await starts([campaign], meaning.lead, meaning.force)
        }
        case 'trigger': {
          const started = campaigns.startedBy(meaning)
          return started.length > 0
            ? await starts(started, meaning.lead)
            : { kind: 'nothing', reason: `no campaign is started by ${meaning.event} of ${meaning.vendorCampaignId}` }
        }
        case 'call_ended':
        case 'found':
          return { kind: 'looks' }
        case 'opted_out':
          return { kind: 'suppresses' }
        case 'text_received':
          return { kind: 'hears' }
        case 'nothing':
          return { kind: 'nothing', reason: meaning.reason }
      }
    } catch (error) {
      if (error instanceof AppError) return { kind: 'rejected', reason: error.message }
      throw error
    }
  }
}

function forecastOf(campaign: Campaign, known: readonly Journey[], now: number, force: boolean): CampaignForecast {
  const { id, name, test } = campaign
  const own = known.filter(journey => journey.campaign === id)
  const isKept = (journey: Journey) =>
    isTooSoon(campaign, journey.endedAt === undefined ? {} : { endedAt: journey.endedAt }, now)
  const result = own.some(journey => !isEnded(journey)) ? 'joins' : !force && own.some(isKept) ? 'too_soon' : 'begins'
  return { id, name, test, result }
}
