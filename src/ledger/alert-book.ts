/** What stands of alerts between two looks, and how it changes. Pure. */

/** What a look has found. */
export interface Finding {
  name: string
  subject: string
  severity: 'critical' | 'warning'
  summary: string
  mend: string
  path: string
  count: number
}

export interface Alert extends Finding {
  /** When it was first found, ms. */
  since: number
  /** When it was last found, ms. */
  heldAt: number
  /** It is over since then, ms; kept until that has been told. */
  resolvedAt?: number
  /** The receiver knows that it stands. */
  told?: true
}

export interface AlertBook {
  alerts: Alert[]
  /** When it was last looked, ms. */
  lookedAt: number
  /** Until then nothing is told: somebody is telling just now, or the receiver was away. */
  quietUntil: number
  /** Tries to tell that failed in a row. */
  failures: number
}

export const emptyBook: AlertBook = { alerts: [], lookedAt: 0, quietUntil: 0, failures: 0 }

/** What comes and goes within this time stays one alert. */
export const RESOLVE_AFTER_MS = 60_000

/** Alerts kept at most, those that stand before those that are over: they come from campaigns and jobs, not from leads. */
const MAX_ALERTS = 500

/** What one look has changed. */
export interface Look {
  book: AlertBook
  raised: Alert[]
  resolved: Alert[]
}

/** @param isHeard somebody is told; otherwise what is over is forgotten at once */
export function look(before: AlertBook, findings: readonly Finding[], now: number, isHeard: boolean): Look {
  const found = new Map(findings.map(finding => [idOf(finding), finding]))
  const standing = before.alerts.filter(({ resolvedAt }) => resolvedAt === undefined)
  const kept = standing.map(alert => {
    const finding = found.get(idOf(alert))
    if (finding !== undefined) return { ...alert, ...finding, heldAt: now }
    return now - alert.heldAt < RESOLVE_AFTER_MS ? alert : { ...alert, resolvedAt: now }
  })
  const known = new Set(standing.map(idOf))
  const raised = [...found.values()].flatMap(finding =>
    known.has(idOf(finding)) ? [] : [{ ...finding, since: now, heldAt: now }],
  )
  const resolved = kept.filter(({ resolvedAt }) => resolvedAt !== undefined)
  const over = isHeard ? [...before.alerts.filter(({ resolvedAt }) => resolvedAt !== undefined), ...resolved] : []
  const alerts = [...kept.filter(({ resolvedAt }) => resolvedAt === undefined), ...raised, ...over]
  return { book: { ...before, alerts: alerts.slice(0, MAX_ALERTS), lookedAt: now }, raised, resolved }
}

/** What the receiver does not know yet. */
export function untold({ alerts }: AlertBook): { firing: Alert[]; resolved: Alert[] } {
  return {
    firing: alerts.filter(({ told, resolvedAt }) => told === undefined && resolvedAt === undefined),
    resolved: alerts.filter(({ resolvedAt }) => resolvedAt !== undefined),
  }
}

/** The receiver knows these. One that was told as standing and has ended meanwhile is still to be told as over. */
export function markTold(book: AlertBook, told: readonly Alert[]): AlertBook {
  const ids = new Map(told.map(alert => [`${idOf(alert)} ${alert.since}`, alert]))
  const alerts = book.alerts.flatMap((alert): Alert[] => {
    const known = ids.get(`${idOf(alert)} ${alert.since}`)
    if (known === undefined) return [alert]
    return known.resolvedAt === undefined ? [{ ...alert, told: true }] : []
  })
  return { ...book, alerts }
}

export function idOf({ name, subject }: Pick<Finding, 'name' | 'subject'>): string {
  return `${name} ${subject}`
}
