/** A request is placed within half a minute of its intent, or surely not at all. */
const PLACING_MS = 60_000

/**
 * How long an intent counts in a number's day. A call comes a little after its intent, one sooner than another: with this
 * much more no 24 hours hold more calls than allowed, by the vendor's clock either.
 */
export const CALL_DAY_MS = 86_400_000 + PLACING_MS

/** How often one number may be called, over all campaigns. */
export interface AttemptLimits {
  maxPer24h: number
  minGapMs: number
}

/**
 * The earliest instant, not before `nowMs`, at which a number may be called again: fewer than `maxPer24h` calls in the
 * rolling day before it (`CALL_DAY_MS`), and `minGapMs` after the later of the last call's intent and the last call's end.
 *
 * @param recent when each call to this number was intended, in any order; at least those of the last `CALL_DAY_MS`
 * @param lastEndedAt when the last call to this number ended, if one has
 */
export function budgetFreeAt(
  recent: readonly number[],
  lastEndedAt: number | undefined,
  limits: AttemptLimits,
  nowMs: number,
): number {
  const newestFirst = [...recent].sort((a, b) => b - a)
  const nth = newestFirst[limits.maxPer24h - 1]
  const last = Math.max(newestFirst[0] ?? Number.NEGATIVE_INFINITY, lastEndedAt ?? Number.NEGATIVE_INFINITY)
  return Math.max(nowMs, last + limits.minGapMs, nth === undefined ? nowMs : nth + CALL_DAY_MS)
}
