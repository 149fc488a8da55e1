import type { Logger } from '../logger.ts'
import { standInForAlerts } from './alert-stand-in.ts'
import { countTransition } from './count-transition.ts'
import { createMetrics, exposeMetrics, type MetricsSnapshot, type Sample } from './metrics.ts'
import { shareMetrics } from './share-metrics.ts'
import { type Counted, createSignalCount, type Seen } from './signal-count.ts'
import { type LogFields, startTracing, type Tracing } from './tracing.ts'

/** What is seen of the running service from outside it. Everything here only watches: nothing waits for it. */
export interface Telemetry extends AsyncDisposable {
  trace: Tracing
  onReceipt(source: string, result: string, durationMs: number): void
  onSettled(job: string, line: SettledLine): void
  onExchange: (account: string, exchange: ExchangeLine) => void
  onLeave(account: string, purpose: string, result: 'granted' | 'refused'): void
  onCommitted: (before: Transitioned | undefined, after: Transitioned) => void
  /** Lets other processes know what this one counts, until it is disposed. */
  share(to: { publish: (snapshot: string) => Promise<void>; note: (seen: Seen) => Promise<void> }): Disposable
  /** Looks for alerts where no job does, until it is disposed. */
  standIn(parts: Pick<Parameters<typeof standInForAlerts>[0], 'lookedAt' | 'look' | 'everyMs'>): Disposable
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

type Transitioned = Parameters<typeof countTransition>[2] & Counted

interface ExchangeLine {
  method: string
  route: string
  requestId: string
  durationMs: number
  status?: number
  errorCode?: string
}

/**
 * @param parts.process names this process among all of the service
 * @param parts.tracesUrl a collector of traces; without one there are none
 * @param parts.fields of the log, so that its lines name the trace they belong to
 */
export async function createTelemetry(parts: {
  process: string
  logger: Logger
  now: () => number
  tracesUrl: string | undefined
  fields: LogFields
}): Promise<Telemetry> {
  const { process, logger } = parts
  const metrics = createMetrics(process)
  const signals = createSignalCount(parts)
  const trace = await startTracing(parts.tracesUrl, parts)
  return {
    trace,
    onReceipt: metrics.delivered,

    onSettled(name, { result, campaign = '', waitMs, runMs, error }) {
      metrics.settled({ name, result, waitMs, runMs })
      if (name === 'poll-interaction' && error?.code === 'BUDGET') metrics.stretched(campaign)
    },

    onExchange(account, exchange) {
      const { method, route, durationMs, status, errorCode = 'NONE' } = exchange
      trace.exchange(account, exchange)
      signals.exchanged(account, exchange)
      metrics.exchanged(account, { method, route, durationMs, status: status === undefined ? errorCode : `${status}` })
    },

    onLeave: metrics.budgeted,
    onCommitted(before, after) {
      countTransition(metrics, before, after)
      signals.committed(before, after)
    },

    share({ publish, note }) {
      const shared = new DisposableStack()
      shared.use(shareMetrics({ metrics, publish, logger }))
      shared.use(signals.share(note))
      return shared
    },

    standIn: watch => standInForAlerts({ ...parts, ...watch }),

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

    [Symbol.asyncDispose]: () => trace[Symbol.asyncDispose](),
  }
}
