import type { Logger } from '../logger.ts'
import type { Metrics } from './metrics.ts'

/** A third of what a snapshot is kept for, and no longer than a scrape waits for. */
const PUBLISH_EVERY_MS = 5_000

/** Publishes what this process counts, so that whoever answers `/metrics` can show it. Redis being away costs nothing. */
export function shareMetrics(parts: {
  metrics: Metrics
  publish: (snapshot: string) => Promise<void>
  logger: Logger
}): Disposable {
  const { metrics, publish, logger } = parts
  const share = async () => publish(JSON.stringify(await metrics.snapshot()))
  const timer = setInterval(() => {
    share().catch(err => logger.debug({ err }, 'metrics.not_shared'))
  }, PUBLISH_EVERY_MS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
