import { forwardedSources } from '../sources/index.ts'
import { createEventHandler, type ReceiveParts } from './handle-event.ts'

/** Handles accepted events behind the answer. */
export interface HearNow {
  add(eventId: string): void
  /** Waits for what was accepted before. */
  settle(): Promise<void>
}

/**
 * Handles events by which a lead may opt out in the process that has just taken them, ahead of every queue: a text that
 * is about to leave meets the suppression a moment later. It needs the ledger alone, no vendor. What fails here, or dies,
 * stays in the inbox, where a scheduler finds it.
 * @param parts.isForwarding deliveries of `forwardedSources` are passed on
 */
export function createHearNow(parts: ReceiveParts & { isForwarding: boolean }): HearNow {
  const { isForwarding, logger } = parts
  const handle = createEventHandler({ ...parts, forwards: new Set(isForwarding ? forwardedSources : []) })
  const underWay = new Set<Promise<void>>()

  async function hear(eventId: string): Promise<void> {
    try {
      logger.info(await handle({ eventId }), 'event.heard')
    } catch (err) {
      logger.warn({ eventId, err }, 'events.left_in_inbox')
    }
  }

  return {
    add(eventId) {
      const work = hear(eventId).finally(() => underWay.delete(work))
      underWay.add(work)
    },
    async settle() {
      await Promise.all(underWay)
    },
  }
}
