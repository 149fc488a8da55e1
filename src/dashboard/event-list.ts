import { type EventFilter, MAX_LOOKED_AT } from '../desk/event-board.ts'
import type { EventView } from '../desk/events.ts'
import type { Desk } from '../desk/index.ts'
import type { Clearance, PersonView } from '../desk/person-view.ts'
import { counted } from './counted.ts'
import { eventWords, sourceName } from './event-words.ts'

const PER_PAGE = 25
/** Journeys of one event that are named in its row: it starts one in each campaign that it fits. */
const JOURNEYS_NAMED = 3

/** Everything that the live part of the page shows. */
export async function readEvents(
  desk: Pick<Desk, 'eventBoard' | 'people'>,
  { cursor, ...filter }: EventFilter & { cursor?: string | undefined },
  clearance: Clearance,
) {
  const { events, nextCursor } = await desk.eventBoard.list(filter, { limit: PER_PAGE, cursor })
  const people = await desk.people.of(
    events.flatMap(({ journeys }) => journeys.slice(0, JOURNEYS_NAMED)),
    clearance,
  )
  const [newest] = events
  return {
    events: events.map(event => eventRow(event, people)),
    isFiltered: filter.source !== undefined || filter.status !== undefined,
    isFirst: cursor === undefined,
    /** Where nothing fitted so far: how many were looked at before the reader is asked to go on. */
    lookedAt: events.length < PER_PAGE && nextCursor !== undefined ? MAX_LOOKED_AT : undefined,
    nextCursor,
    spoken:
      newest === undefined
        ? 'No event.'
        : `${counted(events.length, 'event')}. The newest: ${newest.type ?? newest.source}, ${eventWords[newest.status].label.toLowerCase()}.`,
  }
}

function eventRow(event: EventView, people: ReadonlyMap<string, PersonView>) {
  const { id, source, type, status, receivedAt, duplicates, reason, journeys } = event
  return {
    id,
    source: sourceName(source),
    type: type ?? (status === 'received' ? 'Not read yet' : 'Not understood'),
    word: eventWords[status],
    receivedAt,
    duplicates,
    reason,
    journeys: journeys.slice(0, JOURNEYS_NAMED).map(journeyId => ({
      id: journeyId,
      isThere: people.has(journeyId),
      name: nameOf(people.get(journeyId)) ?? 'Journey',
    })),
    moreJourneys: Math.max(0, journeys.length - JOURNEYS_NAMED),
  }
}

const nameOf = (person: PersonView | undefined) => person?.name ?? person?.phone
