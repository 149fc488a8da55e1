import { createHash, hash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { describeError } from '../errors.ts'
import type { Events } from '../ledger/events.ts'
import type { Logger } from '../logger.ts'
import { createDeadline } from './deadline.ts'
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

/** A complete request as it came. */
interface Delivery {
  headers: DistinctHeaders
  contentType: string
  raw: Buffer
  pathSecret?: string | undefined
  /** Path and query as they came. */
  target?: string | undefined
}

export interface Receiver {
  /** Never rejects. */
  receive(source: Source, delivery: Delivery): Promise<Receipt>
}

/** Verify, name, store, hand over: in this order, and nothing else before the answer. */
export function createReceiver(parts: {
  events: Pick<Events, 'accept'>
  handOver: (eventId: string, mayOptOut: boolean) => void
  clock: Clock
  logger: Logger
  /** Tests of other things give a loaded machine more time. */
  storeTimeoutMs?: number
  /** Told of every delivery that is to be answered. */
  onReceipt?: (source: string, result: Receipt['result'], durationMs: number) => void
  /** Wraps every delivery that is received. */
  trace?: (source: string, work: () => Promise<Receipt>) => Promise<Receipt>
}): Receiver {
  const { events, handOver, clock, logger, storeTimeoutMs = STORE_TIMEOUT_MS } = parts
  const { trace = (_source, work) => work() } = parts
  const within = createDeadline(storeTimeoutMs)

  async function receive(source: Source, { contentType, ...sent }: Delivery): Promise<Receipt> {
    const { headers, raw } = sent
    const fields = { source: source.name }
    if (!source.isAuthentic({ ...sent, nowMs: clock.now() })) {
      logger.info({ ...fields, result: 'unauthentic' }, 'delivery.refused')
      return { result: 'unauthentic' }
    }
    const fault = source.faultOf?.(raw)
    if (fault !== undefined) {
      logger.info({ ...fields, result: 'unfit' }, 'delivery.refused')
      return { result: 'unfit', fault }
    }
    const eventId = nameEvent(source, headers, raw)
    try {
      const stored = events.accept({ eventId, source: source.name, contentType, raw }, HAND_OVER_MS)
      const result = await within(stored)
      if (result === 'accepted') handOver(eventId, source.mayOptOut?.(raw) ?? false)
      logger.info({ ...fields, eventId, result }, 'event.received')
      return { result, eventId }
    } catch (error) {
      // Not the error itself: it carries the command that failed, and with it the body.
      logger.warn({ ...fields, eventId, error: describeError(error) }, 'event.not_stored')
      return { result: 'unavailable' }
    }
  }

  return {
    async receive(source, delivery) {
      const startedAt = clock.now()
      const receipt = await trace(source.name, () => receive(source, delivery)).catch((err: unknown): Receipt => {
        // Our bug must not cost the sender's event: it is asked to come again.
        logger.error({ source: source.name, err }, 'delivery.failed')
        return { result: 'unavailable' }
      })
      parts.onReceipt?.(source.name, receipt.result, clock.now() - startedAt)
      return receipt
    },
  }
}

/** Ours: `<source>_<hash of the event's own id>`. */
function nameEvent(source: Source, headers: DistinctHeaders, raw: Buffer): string {
  const own = source.ownId({ headers, raw })
  const digest =
    own === undefined ? createHash('sha256').update('body\0').update(raw).digest('hex') : hash('sha256', `id\0${own}`)
  return `${source.name}_${digest.slice(0, 32)}`
}
