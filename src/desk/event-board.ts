import { type EventRecord, eventStates } from '../ledger/events.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'
import { eventSources } from '../sources/index.ts'
import { type EventBody, readBody } from './event-body.ts'
import { createEventForecast, type EventForecast } from './event-forecast.ts'
import { type EventView, eventView } from './events.ts'
import type { Clearance } from './person-view.ts'
import { SCAN, scan } from './scan.ts'

export { eventSources, eventStates }

/** What the pages ask of events besides what the API does. */
export interface EventBoard {
  /**
   * Newest first. Asked about once a second while somebody looks, so at most `MAX_LOOKED_AT` are looked at for a page:
   * with a cursor and less than a page, the rest is further on.
   */
  list(filter: EventFilter, page: Page): Promise<{ events: EventView[]; nextCursor?: string }>
  /** `undefined` when there is no such event, or its body is past its retention. */
  body(eventId: string, clearance: Clearance): Promise<EventBody | undefined>
  /** What a replay would do as things stand; `undefined` where there is nothing to replay. */
  forecast(eventId: string): Promise<EventForecast | undefined>
}

export interface EventFilter {
  source?: string | undefined
  status?: EventRecord['state'] | undefined
}

/** Events looked at for one page of a rare kind. */
export const MAX_LOOKED_AT = 2_000

export function createEventBoard(
  parts: Parameters<typeof createEventForecast>[0] & { ledger: Pick<Ledger, 'events' | 'search'> },
): EventBoard {
  const { events, search } = parts.ledger
  const forecastOf = createEventForecast(parts)

  async function stored(eventId: string): Promise<{ record: EventRecord; raw: Buffer } | undefined> {
    const [record, raw] = await Promise.all([events.load(eventId), events.raw(eventId)])
    return record && raw && { record, raw }
  }

  return {
    async list({ source, status }, page) {
      const fits = ({ source: from, state }: EventRecord) =>
        (source === undefined || from === source) && (status === undefined || state === status)
      const { items, next } = await scan(
        page,
        cursor => search.events({ limit: SCAN, cursor }),
        id => events.load(id),
        fits,
        ({ receivedAt, eventId }) => ({ at: receivedAt, id: eventId }),
        MAX_LOOKED_AT,
      )
      return { events: items.map(eventView), ...next }
    },

    async body(eventId, clearance) {
      const found = await stored(eventId)
      return found && readBody(found.raw, found.record.contentType ?? 'application/octet-stream', clearance)
    },

    async forecast(eventId) {
      const found = await stored(eventId)
      return found && forecastOf({ source: found.record.source, raw: found.raw })
    },
  }
}
