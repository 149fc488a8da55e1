import { budgetFreeAt } from './attempt-budget.ts'
import { isOpen, nextOpenAt } from './call-window.ts'
import type { DialRules } from './campaign.ts'

/**
 * Whether a journey may dial at an instant; else when, or why never. The one who dials and the one who forecasts ask
 * here, so a forecast is the same rules run ahead of time.
 */
export type DialGate =
  | { open: true }
  | { at: number; why: 'window' | 'budget' }
  | { never: NeverReason; detail?: string }
export type NeverReason = 'expired' | 'budget_spent'

type Rules = Pick<DialRules, 'hours' | 'notAfterMs' | 'maxPer24h' | 'minGapMs'>

/** Calls of a number so far. */
export interface NumberHistory {
  /** When each was intended, ms, in any order; at least those of the last 24 hours. */
  calls: readonly number[]
  /** When the last one ended, ms. */
  lastEndedAt?: number | undefined
}

/**
 * After this instant no call of the journey starts.
 * @param startedAt when the campaign was first started: a list may wait in a draft for weeks, and its leads' time begins
 *   with the campaign
 */
export function dialExpiresAt(
  rules: Pick<DialRules, 'notAfterMs'>,
  journey: { createdAt: number; list?: true },
  startedAt: number | undefined,
): number {
  return Math.max(journey.createdAt, (journey.list && startedAt) || 0) + rules.notAfterMs
}

/** Time and windows: everything that the number's own history does not decide. */
export function windowGate(rules: Rules, zones: readonly string[], at: number, expiresAt: number): DialGate {
  if (at > expiresAt) return { never: 'expired' }
  if (isOpen(rules.hours, zones, at)) return { open: true }
  const openAt = nextOpenAt(rules.hours, zones, at, expiresAt)
  return openAt === undefined
    ? { never: 'expired', detail: 'no calling window is left before its time is over' }
    : { at: openAt, why: 'window' }
}

/**
 * The number's own limits. Only an instant that is also inside a window is worth waiting for.
 * @param minWaitMs a number that is known to be refused now is not asked about again sooner than this
 */
export function budgetGate(
  rules: Rules,
  zones: readonly string[],
  history: NumberHistory,
  at: number,
  expiresAt: number,
  minWaitMs = 0,
): DialGate {
  const freeAt = Math.max(at + minWaitMs, budgetFreeAt(history.calls, history.lastEndedAt, rules, at))
  if (freeAt <= at) return { open: true }
  const openAt = freeAt > expiresAt ? undefined : nextOpenAt(rules.hours, zones, freeAt, expiresAt)
  return openAt === undefined ? { never: 'budget_spent' } : { at: openAt, why: 'budget' }
}
