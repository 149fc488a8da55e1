import type { Logger } from '../logger.ts'

/** Events put on the queue in one go at most. */
const MAX_BATCH = 500

/**
 * Between two goes: nobody notices it, and where thousands come a second they travel in full bundles. The first of them
 * all does not wait.
 */
const PAUSE_MS = 10

/**
 * Puts accepted events on their queue behind the answer, many at a time where many come at once. What fails here stays
 * in the inbox, where a scheduler finds it.
 */
export function createHandOver(enqueue: (eventIds: string[]) => Promise<void>, logger: Logger) {
  const waiting: string[] = []
  let running: Promise<void> | undefined
  let isSettling = false

  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const pause = new Promise(resolve => setTimeout(resolve, PAUSE_MS))
      const batch = waiting.splice(0, MAX_BATCH)
      try {
        await enqueue(batch)
      } catch (err) {
        logger.warn({ err, events: batch.length }, 'events.left_in_inbox')
      }
      if (!isSettling) await pause
    }
    running = undefined
  }

  return {
    add(eventId: string): void {
      waiting.push(eventId)
      // After the current round of the event loop, so that what arrived together travels together.
      running ??= new Promise<void>(resolve => setImmediate(resolve)).then(run)
    },
    /** Waits for what was accepted before. */
    async settle(): Promise<void> {
      isSettling = true
      await running
    },
  }
}
