import { budgetFreeAt } from './attempt-budget.ts'
import type { DialRules } from './campaign.ts'
import type { DialGate, NumberHistory } from './dial-gate.ts'

/** When a number is busy with another call, it is asked about again after this long. */
const LIVE_RECHECK_MS = 5_000

/**
 * Whether a lead may be handed over to the vendor's own dialer at an instant. From then on the hours are that dialer's
 * business, and it may call at once: so the number's share of calls and a call that is going on hold the hand-over back.
 */
export function handOverGate(
  rules: Pick<DialRules, 'maxPer24h' | 'minGapMs'>,
  number: NumberHistory & { liveUntil?: number | undefined },
  at: number,
  expiresAt: number,
): DialGate | { at: number; why: 'live_call' } {
  if (at > expiresAt) return { never: 'expired' }
  if ((number.liveUntil ?? 0) > at) return { at: at + LIVE_RECHECK_MS, why: 'live_call' }
  const freeAt = budgetFreeAt(number.calls, number.lastEndedAt, rules, at)
  if (freeAt <= at) return { open: true }
  return freeAt > expiresAt ? { never: 'budget_spent' } : { at: freeAt, why: 'budget' }
}
