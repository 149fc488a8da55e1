/**
 * No vendor here asks for longer than its own rate window. A header beyond this is a mistake (or an epoch in seconds),
 * and believing it would silence a whole account.
 */
export const MAX_RETRY_AFTER_MS = 3_600_000

const MS_PER_SECOND = 1_000

/**
 * Reads a `Retry-After` header: seconds (fractions are taken too) or an HTTP date (RFC 9110 §10.2.3).
 * Answers milliseconds from `nowMs`, between 0 and `MAX_RETRY_AFTER_MS`, or `undefined` when it says nothing usable.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const value = header?.trim()
  if (!value) return undefined
  if (/^\d+(\.\d+)?$/.test(value)) return bounded(Number(value) * MS_PER_SECOND)
  // Anything `Date.parse` would guess at ("-5", "5s") is not an HTTP date; a real one begins with the day's name.
  if (!/^[A-Za-z]{3,9},? /.test(value)) return undefined
  // The asctime form carries no zone, and `Date.parse` would take it as local; HTTP dates are always GMT.
  const at = Date.parse(/GMT$/i.test(value) ? value : `${value} GMT`)
  return Number.isNaN(at) ? undefined : bounded(at - nowMs)
}

function bounded(ms: number): number {
  return Math.min(Math.max(Math.ceil(ms), 0), MAX_RETRY_AFTER_MS)
}
