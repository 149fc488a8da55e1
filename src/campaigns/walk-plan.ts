import type { PollRules } from './campaign.ts'

export interface WalkQuestion {
  poll: Pick<PollRules, 'walkMs'>
  /** From when on the next call of the vendor's dialer may come, ms. */
  expectedAt: number
  /** The walk ends then: the last look is not later. */
  expiresAt: number
  /** The least time between two looks at one lead that the account's request budget allows. */
  spacingMs: number
  nowMs: number
}

/** A lead is looked at no less often than this, unless there are more of them than the account can serve. */
const MAX_BETWEEN_MS = 3_600_000

/**
 * When to look next whether the vendor's own dialer has called a lead. Not before a call is expected; then every
 * `walkMs`, and once it has been awaited for more than four times that, a quarter of the time it has been awaited:
 * a call that has not come for hours is not likely to come in the next minute. At most an hour, but never more often
 * than the budget allows. `expiresAt` is looked at whatever else holds; never before `nowMs`.
 */
export function nextWalkAt({ poll, expectedAt, expiresAt, spacingMs, nowMs }: WalkQuestion): number {
  const stretched = Math.min((nowMs - expectedAt) / 4, MAX_BETWEEN_MS)
  const wanted = nowMs < expectedAt ? expectedAt : nowMs + Math.max(stretched, poll.walkMs, spacingMs)
  return Math.max(Math.round(Math.min(wanted, expiresAt)), nowMs)
}

/** Half of an account's requests: the other half is for everything that somebody waits for. */
const SHARE = 0.5

/**
 * How far apart the looks at one lead must lie so that the looks at all of them fit their share of the account's budget.
 * @param leads how many are looked at by turns
 * @param perSecond requests that the account allows
 */
export function walkSpacingMs(leads: number, perSecond: number): number {
  return perSecond > 0 ? (leads * 1000) / (perSecond * SHARE) : MAX_BETWEEN_MS
}
