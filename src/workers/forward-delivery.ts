import type { ForwardPort } from '../clients/receiver-ports.ts'
import type { Random } from '../clock.ts'
import { isRedisError } from '../errors.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Logger } from '../logger.ts'
import type { forwardDelivery } from '../queues/forward-delivery.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { errorFacts, type Handler } from './settled.ts'

type Payload = ReturnType<(typeof forwardDelivery)['payload']['parse']>

/** An agent that was restarted gets its texts at once. */
const forwardBackoff: Backoff = { firstMs: 2_000, maxMs: 300_000 }

/** About three quarters of an hour: an answer to a text that comes later than that is none. */
const MAX_TRIES = 15

/**
 * Passes a delivery on as it came, at least once, whatever was made of it here. One that is not taken is given up after a
 * while; replaying its event tries again.
 */
export function createForwardDelivery(parts: {
  ledger: Ledger
  random: Random
  logger: Logger
  /** Absent where nobody wants them any more. */
  forward?: ForwardPort | undefined
}): Handler<Payload> {
  const { ledger, random, logger, forward } = parts
  return async ({ eventId }, { signal }) => {
    const record = await ledger.events.load(eventId)
    const raw = await ledger.events.raw(eventId)
    if (record === undefined || raw === undefined || forward === undefined) {
      await ledger.forwards.giveUp(eventId)
      return { result: 'gone', eventId }
    }
    if (record.forwardedAt !== undefined || record.forwardFailedAt !== undefined) return { result: 'gone', eventId }
    const tries = record.forwardTries + 1
    try {
      const { contentType = 'application/json' } = record
      await forward.forward({ name: eventId, contentType, raw }, { signal })
    } catch (error) {
      if (isRedisError(error)) throw error
      const facts = errorFacts(error)
      const about = { eventId, try: tries, error: facts }
      if (tries >= MAX_TRIES) {
        await ledger.forwards.giveUp(eventId)
        logger.error({ eventId, code: facts.code, tries, alert: true }, 'delivery.forward_given_up')
        return { ...about, result: 'given_up' }
      }
      const delayMs = backoffMs(forwardBackoff, tries, random, error)
      await ledger.forwards.putOff(eventId, delayMs)
      return { ...about, result: 'put_off', nextInMs: delayMs }
    }
    await ledger.forwards.done(eventId)
    return { result: 'forwarded', eventId, try: tries }
  }
}
