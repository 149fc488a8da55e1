import { setTimeout as wait } from 'node:timers/promises'

/**
 * Runs an assertion again and again until it holds: tests wait on conditions, never on time.
 * @param check throws or rejects, or gives `false`, while the condition does not hold yet; anything else is handed back
 * @throws the last error, with the time that was waited in its message
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 25 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Exclude<T, false>> {
  const startedAt = performance.now()
  for (;;) {
    let failure: Error
    try {
      const value = await check()
      if (value !== false) return value as Exclude<T, false>
      failure = new Error('the condition was still false')
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error))
    }
    const elapsedMs = performance.now() - startedAt
    if (elapsedMs >= timeoutMs) {
      failure.message = `after ${Math.round(elapsedMs)} ms: ${failure.message}`
      throw failure
    }
    await wait(everyMs)
  }
}
