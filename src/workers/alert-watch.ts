import { createHash } from 'node:crypto'
import type { AlertNews, AlertPort } from '../clients/receiver-ports.ts'
import { isRedisError } from '../errors.ts'
import { type Alert, type AlertBook, look, markTold, untold } from '../ledger/alert-book.ts'
import type { Logger } from '../logger.ts'
import { findAlerts } from '../telemetry/alert-rules.ts'
import { type FactParts, readAlertFacts } from './alert-facts.ts'
import { errorFacts, type Settled } from './settled.ts'

export interface AlertParts extends FactParts {
  logger: Logger
  /** Who is told; absent where nobody wants to hear. */
  receiver?: AlertPort | undefined
  /** Where the pages of the service are. */
  http: { host: string; port: number; publicUrl?: string }
}

export interface AlertWatch {
  /** One look for what somebody should be told of: the job's, and of whoever stands in for it where no job is done. */
  look(signal?: AbortSignal): Promise<Settled>
  /** When somebody last looked, ms. */
  lookedAt(): Promise<number>
}

/** While one process tells, others do not: longer than telling takes. */
const TELLING_MS = 30_000

/** A receiver that is away is told again after this, doubling up to `MAX_QUIET_MS`: everything at once, and never in a flood. */
const FIRST_QUIET_MS = 15_000
const MAX_QUIET_MS = 900_000

/**
 * Works out what holds, keeps what has changed, and tells the receiver of it at least once. Any number of processes may
 * look at once: one of them writes.
 */
export function createAlertWatch(parts: AlertParts): AlertWatch {
  const { ledger, clock, logger, receiver, http } = parts
  const baseUrl = http.publicUrl ?? `http://${http.host}:${http.port}`
  const presentSince = clock.now()

  /** Tells all that has come up in one request, and all that is over in another. Answers how it went. */
  async function tell(book: AlertBook, signal: AbortSignal | undefined): Promise<Settled> {
    const { firing, resolved } = untold(book)
    const told: Alert[] = []
    try {
      for (const [status, alerts] of [['firing', firing] as const, ['resolved', resolved] as const]) {
        if (alerts.length === 0) continue
        await receiver?.tell(newsOf(status, alerts, baseUrl), signal === undefined ? {} : { signal })
        told.push(...alerts)
      }
      await note(told, { failures: 0, quietUntil: 0 })
      return { result: 'told' }
    } catch (error) {
      if (isRedisError(error)) throw error
      const failures = book.failures + 1
      const nextInMs = Math.min(FIRST_QUIET_MS * 2 ** Math.min(book.failures, 20), MAX_QUIET_MS)
      await note(told, { failures, quietUntil: clock.now() + nextInMs })
      const facts = errorFacts(error)
      if (failures === 1) logger.warn({ code: facts.code, alerts: firing.length + resolved.length }, 'alerts.not_told')
      return { result: 'not_told', nextInMs, error: facts }
    }
  }

  /** Where another look came in between, all is told once more: at least once is the promise. */
  async function note(told: readonly Alert[], went: Pick<AlertBook, 'failures' | 'quietUntil'>): Promise<void> {
    const before = await ledger.alerts.read()
    await ledger.alerts.write(before, { ...markTold(before, told), ...went })
  }

  function report(raised: readonly Alert[], resolved: readonly Alert[]): void {
    for (const { name, subject, summary, count } of raised) {
      logger.warn({ name, subject, count, why: summary }, 'alert.raised')
    }
    for (const { name, subject, since } of resolved) {
      logger.info({ name, subject, lastedMs: clock.now() - since }, 'alert.resolved')
    }
  }

  return {
    async look(signal) {
      const before = await ledger.alerts.read()
      const findings = findAlerts(await readAlertFacts(parts, presentSince))
      const now = clock.now()
      const seen = look(before, findings, now, receiver !== undefined)
      const { firing, resolved } = untold(seen.book)
      const isNews = receiver !== undefined && firing.length + resolved.length > 0 && now >= seen.book.quietUntil
      const book = isNews ? { ...seen.book, quietUntil: now + TELLING_MS } : seen.book
      if (!(await ledger.alerts.write(before, book))) return { result: 'gone' }
      report(seen.raised, seen.resolved)
      return isNews ? tell(book, signal) : { result: 'done' }
    },
    lookedAt: async () => (await ledger.alerts.read()).lookedAt,
  }
}

function newsOf(status: AlertNews['status'], alerts: readonly Alert[], baseUrl: string): AlertNews {
  const told = alerts.map(({ name, subject, severity, summary, mend, since, resolvedAt, path }) => ({
    ...{ name, subject, severity, summary, mend },
    since: new Date(since).toISOString(),
    ...(resolvedAt === undefined ? {} : { resolvedAt: new Date(resolvedAt).toISOString() }),
    url: `${baseUrl}${path}`,
  }))
  const ids = told.map(({ name, subject, since }) => [name, subject, since])
  const id = createHash('sha256')
    .update(JSON.stringify([status, ids]))
    .digest('hex')
    .slice(0, 32)
  return { id: `alerts_${id}`, status, alerts: told }
}
