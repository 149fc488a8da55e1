import type { EventRecord } from '../ledger/events.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Page } from '../ledger/page.ts'
import { SCAN, scan } from './scan.ts'

/** Every state an event can be in, for whoever asks by it. */
export { eventStates } from '../ledger/events.ts'

const iso = (ms: number) => new Date(ms).toISOString()

/** An event as the API shows it. The body is asked for by itself. */
export function eventView(record: EventRecord) {
  const { eventId, source, state, type, reason, journeys, duplicates, replays, receivedAt } = record
  return {
    id: eventId,
    eventId,
    source,
    status: state,
    state,
    receivedAt: iso(receivedAt),
    duplicates,
    replays,
    journeys,
    ...(type === undefined ? {} : { type }),
    ...(reason === undefined ? {} : { reason }),
    ...(record.lastDuplicateAt === undefined ? {} : { lastDuplicateAt: iso(record.lastDuplicateAt) }),
    ...(record.handledAt === undefined ? {} : { handledAt: iso(record.handledAt) }),
    ...(record.forwardTries === 0 ? {} : { forwardTries: record.forwardTries }),
    ...(record.forwardedAt === undefined ? {} : { forwardedAt: iso(record.forwardedAt) }),
    ...(record.forwardFailedAt === undefined ? {} : { forwardFailedAt: iso(record.forwardFailedAt) }),
    ...(record.erasedAt === undefined ? {} : { erasedAt: iso(record.erasedAt) }),
  }
}

export type EventView = ReturnType<typeof eventView>

export interface EventDesk {
  find(
    filter: { source?: string | undefined; status?: string | undefined },
    page: Page,
  ): Promise<{ events: EventView[]; nextCursor?: string }>
  show(eventId: string): Promise<EventView | undefined>
  /** The body, byte for byte, with the content type it came with. */
  raw(eventId: string): Promise<{ contentType: string; body: Buffer } | undefined>
  replay(eventId: string, by: string): Promise<EventView | undefined>
}

export function createEventDesk(parts: { ledger: Ledger; onReplay: () => void }): EventDesk {
  const { events, search } = parts.ledger

  async function show(eventId: string): Promise<EventView | undefined> {
    const record = await events.load(eventId)
    return record && eventView(record)
  }

  return {
    show,

    async find({ source, status }, page) {
      const fits = ({ source: from, state }: EventRecord) =>
        (source === undefined || from === source) && (status === undefined || state === status)
      const scanned = await scan(
        page,
        cursor => search.events({ limit: SCAN, cursor }),
        id => events.load(id),
        fits,
        record => ({
          at: record.receivedAt,
          id: record.eventId,
        }),
      )
      return { events: scanned.items.map(eventView), ...scanned.next }
    },

    async raw(eventId) {
      const [record, body] = await Promise.all([events.load(eventId), events.raw(eventId)])
      return record && body && { contentType: record.contentType ?? 'application/octet-stream', body }
    },

    async replay(eventId, by) {
      if (!(await events.replay(eventId))) return undefined
      await parts.ledger.audit.note({ by, what: 'event.replayed', subject: eventId })
      parts.onReplay()
      return show(eventId)
    },
  }
}
