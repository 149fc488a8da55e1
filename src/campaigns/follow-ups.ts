import type { FollowUp, FollowUpCondition } from './campaign.ts'
import { matchesSummary } from './summary-pattern.ts'
import type { Outcome } from './vocabulary.ts'

/** What is known of an attempt that ended. What is absent fulfils no condition. */
export interface CallFacts {
  outcome: Outcome
  talkMs?: number | undefined
  spokenTo?: boolean | undefined
  summary?: string | undefined
  extracted?: Readonly<Record<string, unknown>> | undefined
  /** No further attempt is going to be made in this journey. */
  isLastAttempt: boolean
}

/**
 * The campaign's rules that apply to this call, in the order of the file. After an outcome that nobody understood none
 * does, not even a rule without conditions.
 */
export function matchFollowUps(followUps: readonly FollowUp[], facts: CallFacts): FollowUp[] {
  if (facts.outcome === 'unmapped') return []
  return followUps.filter(({ when }) => holds(when, facts))
}

function holds(when: FollowUpCondition, facts: CallFacts): boolean {
  if (when.outcome && !when.outcome.includes(facts.outcome)) return false
  if (when.minTalkMs !== undefined && !(facts.talkMs !== undefined && facts.talkMs >= when.minTalkMs)) return false
  if (when.spokenTo !== undefined && facts.spokenTo !== when.spokenTo) return false
  if (when.lastAttempt !== undefined && facts.isLastAttempt !== when.lastAttempt) return false
  if (when.summary && !(facts.summary !== undefined && matchesSummary(when.summary, facts.summary))) return false
  return Object.entries(when.extracted ?? {}).every(([field, wanted]) => isExtracted(facts.extracted, field, wanted))
}

/** Vendors write numbers and yes/no as text as often as not: `5` is `"5"`, `true` is `"true"`. */
function isExtracted(extracted: CallFacts['extracted'], field: string, wanted: string | number | boolean): boolean {
  if (!extracted || !Object.hasOwn(extracted, field)) return false
  const found = extracted[field]
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false
  return String(found) === String(wanted)
}
