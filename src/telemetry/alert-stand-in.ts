import type { Logger } from '../logger.ts'

/** Looks of the job that may be missing before somebody stands in for it. */
const MISSED_LOOKS = 3

/**
 * Looks for alerts where no job does: a service without workers is what somebody should hear of first. Runs in every
 * process, and asks one key where all is well.
 * @param parts.everyMs how often the job looks
 */
export function standInForAlerts(parts: {
  lookedAt: () => Promise<number>
  look: () => Promise<unknown>
  now: () => number
  everyMs: number
  logger: Logger
}): Disposable {
  const { lookedAt, look, now, everyMs, logger } = parts
  const startedAt = now()
  let isLooking = false

  async function stand(): Promise<void> {
    const since = Math.max(await lookedAt(), startedAt)
    if (now() - since > MISSED_LOOKS * everyMs) await look()
  }

  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    stand()
      .catch(err => logger.debug({ err }, 'alerts.not_looked'))
      .finally(() => {
        isLooking = false
      })
  }, everyMs)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
