import type { DialRules } from './campaign.ts'
import type { Outcome } from './vocabulary.ts'

export interface RetryQuestion {
  rules: Pick<DialRules, 'retryMs' | 'maxAttempts' | 'notAfterMs' | 'minGapMs'>
  /** Outcomes of this journey's attempts in order; the last is the newest. */
  pastOutcomes: readonly Outcome[]
  /** When the newest attempt ended. */
  endedAt: number
  journeyStartedAt: number
}

/** When the next attempt is due, or why there is none: no delay for this outcome, no attempts left, or too late. */
export type RetryAnswer = { at: number } | { none: 'attempts_spent' | 'no_retry' | 'expired' }

/**
 * The next attempt after one that ended. The n-th time an outcome occurs takes the n-th delay of its list, stretched to
 * the number's minimum gap; past the list, or without one, there is no retry. Nothing starts later than `notAfterMs`
 * after the journey did.
 */
export function nextAttemptAt({ rules, pastOutcomes, endedAt, journeyStartedAt }: RetryQuestion): RetryAnswer {
  const newest = pastOutcomes.at(-1)
  if (newest === undefined) return { none: 'no_retry' }
  const occurrences = pastOutcomes.filter(outcome => outcome === newest).length
  const delayMs = rules.retryMs[newest]?.[occurrences - 1]
  if (delayMs === undefined) return { none: 'no_retry' }
  if (pastOutcomes.length >= rules.maxAttempts) return { none: 'attempts_spent' }
  const at = endedAt + Math.max(delayMs, rules.minGapMs)
  return at > journeyStartedAt + rules.notAfterMs ? { none: 'expired' } : { at }
}
