import type { Ledger } from '../ledger/index.ts'

/** Something that holds now and that somebody should act on. */
export interface AlertView {
  name: string
  /** What it is about: a job, a kind of effect, an account, a destination, a campaign; empty for the service. */
  subject: string
  severity: 'critical' | 'warning'
  summary: string
  mend: string
  count: number
  since: string
  /** The page where one acts. */
  path: string
}

export interface AlertDesk {
  /** Those that leads wait for first, then oldest first. */
  list(page: { limit: number }): Promise<AlertView[]>
}

export function createAlertDesk({ ledger }: { ledger: Pick<Ledger, 'alerts'> }): AlertDesk {
  return {
    async list({ limit }) {
      const standing = await ledger.alerts.standing()
      return standing.slice(0, limit).map(({ name, subject, severity, summary, mend, count, since, path }) => ({
        ...{ name, subject, severity, summary, mend, count, path },
        since: new Date(since).toISOString(),
      }))
    },
  }
}
