import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import type { Events } from '../ledger/events.ts'
import type { Logger } from '../logger.ts'
import type { Source } from './source.ts'
import type { DistinctHeaders } from './verify.ts'

/** What became of a delivery. The router turns each into one answer. */
export type Receipt =
  | { result: 'accepted' | 'duplicate'; eventId: string }
  | { result: 'unauthentic' }
  | { result: 'unfit'; fault: string }
  | { result: 'unavailable' }

/**
 * How long an event may take to reach the disk before its sender is asked to come again. Beyond it Redis counts as
 * away; the promise is an answer within 100 ms.
 */
export const STORE_TIMEOUT_MS = 80

/** How long this process has to hand an accepted event over before a scheduler does it: longer than any hiccup. */
export const HAND_OVER_MS = 5_000

export interface Receiver {
  receive(source: Source, request: { headers: DistinctHeaders; contentType: string; raw: Buffer }): Promise<Receipt>
}

/** Verify, name, store, hand over: in this order, and nothing else before the answer. */
export function createReceiver(parts: {
  events: Pick<Events, 'accept'>
  handOver: (eventId: string) => void
  clock: Clock
  logger: Logger
}): Receiver {
  const { events, handOver, clock, logger } = parts
  return {
    async receive(source, { headers, contentType, raw }) {
      if (!source.isAuthentic({ headers, raw, nowMs: clock.now() })) return { result: 'unauthentic' }
      const fault = source.faultOf?.(raw)
      if (fault !== undefined) return { result: 'unfit', fault }
      const eventId = nameEvent(source, headers, raw)
      try {
        const stored = events.accept({ eventId, source: source.name, contentType, raw }, HAND_OVER_MS)
        const result = await within(stored, STORE_TIMEOUT_MS)
        if (result === 'accepted') handOver(eventId)
        logger.info({ source: source.name, eventId, result }, 'event.received')
        return { result, eventId }
      } catch (err) {
        logger.warn({ source: source.name, eventId, err }, 'event.not_stored')
        return { result: 'unavailable' }
      }
    },
  }
}

/** Ours: `<source>_<hash of the event's own id>`. */
function nameEvent(source: Source, headers: DistinctHeaders, raw: Buffer): string {
  const own = source.ownId({ headers, raw })
  const hash = createHash('sha256')
  if (own === undefined) hash.update('body\0').update(raw)
  else hash.update('id\0').update(own)
  return `${source.name}_${hash.digest('hex').slice(0, 32)}`
}

/**
 * Rejects when the work takes longer. The timer gives way once to what has already arrived on the socket, so that a
 * stall of this process is not mistaken for a stall of Redis.
 */
async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => setImmediate(() => setImmediate(() => reject(new Error(`not stored within ${timeoutMs} ms`)))),
    timeoutMs,
  )
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
    // A late rejection of the loser has nobody left to tell.
    work.catch(() => {})
    promise.catch(() => {})
  }
}
