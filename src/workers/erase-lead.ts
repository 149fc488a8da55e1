import { type EraseParts, eraseLead as erase } from '../intake/erase-lead.ts'
import type { Logger } from '../logger.ts'
import type { eraseLead } from '../queues/erase-lead.ts'
import type { Handler } from './settled.ts'

type Payload = ReturnType<(typeof eraseLead)['payload']['parse']>

/** What was under way while it was looked through has been written down by then. */
const AGAIN_MS = 2_000

/**
 * Erases a lead. It is done when a look through everything finds nothing more; until then it stays due, so a crash costs
 * another look and nothing else.
 */
export function createEraseLead(parts: EraseParts & { logger: Logger }): Handler<Payload> {
  const { erasures } = parts.ledger
  return async ({ erasureId }) => {
    const erasing = await erasures.open(erasureId)
    if (erasing === undefined) return { result: 'gone', erasureId }
    const erased = await erase(parts, erasing)
    if (erased.journeys + erased.events > 0) {
      await erasures.count(erasureId, erased)
      await erasures.again(erasureId, AGAIN_MS)
      return { result: 'again', erasureId, ...erased, nextInMs: AGAIN_MS }
    }
    await erasures.done(erasing)
    const { journeys, events } = erasing
    parts.logger.info({ erasureId, journeys, events }, 'lead.erased')
    return { result: 'erased', erasureId }
  }
}
