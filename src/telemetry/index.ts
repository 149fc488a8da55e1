import type { Logger } from '../logger.ts'
import { countTransition } from './count-transition.ts'
import { createMetrics, exposeMetrics, type MetricsSnapshot, type Sample } from './metrics.ts'
import { shareMetrics } from './share-metrics.ts'

/** What is seen of the running service from outside it. Everything here only watches: nothing waits for it. */
export interface Telemetry {
  onReceipt(source: string, result: string, durationMs: number): void
  onSettled(job: string, line: SettledLine): void
  onExchange(account: string, exchange: ExchangeLine): void
  onLeave(account: string, purpose: string, result: 'granted' | 'refused'): void
  onCommitted: (before: Parameters<typeof countTransition>[1], after: Parameters<typeof countTransition>[2]) => void
  /** Publishes what this process counts until it is disposed. */
  share(publish: (snapshot: string) => Promise<void>): Disposable
  /**
   * Prometheus' text: what this process has counted, and what `others` have published; and the gauges. Where Redis
   * cannot be asked it says so and tells of this process alone.
   */
  expose(read: {
    others: () => Promise<string[]>
    gauges: () => Promise<Sample[]>
  }): Promise<{ contentType: string; body: string }>
}

interface SettledLine {
  result: string
  campaign?: string | undefined
  waitMs: number
  runMs: number
  error?: { code: string } | undefined
}

interface ExchangeLine {
  method: string
  route: string
  durationMs: number
  status?: number
  errorCode?: string
}

/** @param process names this process among all of the service */
export function createTelemetry({ process, logger }: { process: string; logger: Logger }): Telemetry {
  const metrics = createMetrics(process)
  return {
    onReceipt: metrics.delivered,

    onSettled(name, { result, campaign = '', waitMs, runMs, error }) {
      metrics.settled({ name, result, waitMs, runMs })
      if (name === 'poll-interaction' && error?.code === 'BUDGET') metrics.stretched(campaign)
    },

    onExchange(account, { method, route, durationMs, status, errorCode = 'NONE' }) {
      metrics.exchanged(account, { method, route, durationMs, status: status === undefined ? errorCode : `${status}` })
    },

    onLeave: metrics.budgeted,
    onCommitted: (before, after) => countTransition(metrics, before, after),
    share: publish => shareMetrics({ metrics, publish, logger }),

    async expose({ others, gauges }) {
      const own = await metrics.snapshot()
      try {
        const [published, samples] = await Promise.all([others(), gauges()])
        const snapshots = published.map(text => JSON.parse(text) as MetricsSnapshot)
        return await exposeMetrics([own, ...snapshots], [...samples, { name: 'aftercall_redis_up', value: 1 }])
      } catch (err) {
        logger.warn({ err }, 'metrics.without_redis')
        return await exposeMetrics([own], [{ name: 'aftercall_redis_up', value: 0 }])
      }
    },
  }
}
