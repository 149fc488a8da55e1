import { setTimeout as wait } from 'node:timers/promises'
import type { Answer } from './client.ts'
import { Failure } from './failure.ts'
import { Refusal } from './refusal.ts'
import type { Shell } from './shell.ts'

/** Often enough to see it move, seldom enough to cost the service nothing. */
const WATCH_EVERY_MS = 1_000

/** A service that is started again is back sooner. */
const PATIENCE_MS = 60_000

/**
 * Asks again and again until it is over, through a restart of the service too.
 * @param onChange gets every answer that differs from the one before, and says whether that was the last
 * @throws whatever asking throws, and an `AbortError` at Ctrl-C
 */
export async function watchUntil(
  { clock, stop }: Pick<Shell, 'clock' | 'stop'>,
  ask: () => Promise<Answer>,
  onChange: (answer: Answer) => boolean,
): Promise<void> {
  let last: string | undefined
  let answeredAt = clock.now()
  for (;;) {
    const asked = await ask().catch(error => {
      if (last !== undefined && isPassing(error) && clock.now() - answeredAt < PATIENCE_MS) return undefined
      throw error
    })
    if (asked !== undefined) {
      answeredAt = clock.now()
      if (asked.text !== last && onChange(asked)) return
      last = asked.text
    }
    await wait(WATCH_EVERY_MS, undefined, { signal: stop })
  }
}

/** The service is away, and may come back. */
function isPassing(error: unknown): boolean {
  return error instanceof Failure && !(error instanceof Refusal && error.status < 500)
}
