/**
 * How long a fault that comes again is only counted. While Redis is away every connection and every queue says so several
 * times a second, and what else is in the log could not be found between it.
 */
const EVERY_MS = 10_000

/** Faults told apart; beyond this many the oldest is forgotten, and told anew. */
const MOST_KINDS = 100

/** What a line says besides, where the same was only counted since an earlier one. */
export interface Often {
  times?: number
  /** When it was told last, ISO 8601. */
  since?: string
}

/** Writes the first line of a kind at once, further ones every so often, with how often it came since the last. */
export type LogSeldom = (kind: string, write: (often: Often) => void) => void

export function createLogSeldom(now: () => number): LogSeldom {
  const kinds = new Map<string, { toldAt: number; times: number }>()
  return (kind, write) => {
    const known = kinds.get(kind)
    const ageMs = known === undefined ? EVERY_MS : now() - known.toldAt
    // A clock that was set back must not make it silent.
    if (known !== undefined && ageMs >= 0 && ageMs < EVERY_MS) {
      known.times += 1
      return
    }
    kinds.delete(kind)
    kinds.set(kind, { toldAt: now(), times: 0 })
    const [oldest] = kinds.keys()
    if (kinds.size > MOST_KINDS && oldest !== undefined) kinds.delete(oldest)
    const isFirst = known === undefined || known.times === 0
    write(isFirst ? {} : { times: known.times + 1, since: new Date(known.toldAt).toISOString() })
  }
}
