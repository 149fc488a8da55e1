import type { EventBody } from '../desk/event-body.ts'
import type { EventView } from '../desk/events.ts'
import { eventWords, sourceName } from './event-words.ts'
import type { JourneyRow } from './journey-rows.ts'

/** Everything that the page of one event shows. */
export function eventModel(
  event: EventView,
  { body, journeys, mayAct }: { body: EventBody | undefined; journeys: readonly JourneyRow[]; mayAct: boolean },
) {
  const { id, source, type, status, reason, journeys: ids } = event
  const word = eventWords[status]
  return {
    id,
    mayAct,
    title: type ?? (status === 'received' ? 'Not read yet' : 'Not understood'),
    source: sourceName(source),
    word,
    means: word.means,
    reason: reason?.replace(/\.$/, ''),
    journeys,
    /** Journeys that it led to and whose record is gone. */
    gone: ids.length - journeys.length,
    receivedAt: event.receivedAt,
    handledAt: event.handledAt,
    duplicates: event.duplicates,
    lastDuplicateAt: event.lastDuplicateAt,
    replays: event.replays,
    forwardedAt: event.forwardedAt,
    forwardFailedAt: event.forwardFailedAt,
    body: body && { ...body, size: sizeOf(body.bytes) },
    spoken: `${word.label}. ${word.means}`,
  }
}

/** `12 bytes`, `3.4 kB`. */
function sizeOf(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${(bytes / 1_000).toFixed(1)} kB`
}
