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
  isLastAttempt?: boolean | undefined
  /** What nobody has looked for yet, or kept: of conditions on these alone it cannot be told whether they hold. */
  unknown?: readonly UnknownFact[] | undefined
}

export type UnknownFact = 'summary' | 'extracted' | 'isLastAttempt'

export interface JudgedFollowUps {
  /** All their conditions hold. */
  matched: FollowUp[]
  /** None of their conditions fails, and some depend on what is not known. */
  undecided: { followUp: FollowUp; missing: UnknownFact[] }[]
}

/**
 * The campaign's rules that apply to this call, in the order of the file. After an outcome that nobody understood none
 * does, not even a rule without conditions.
 */
export function judgeFollowUps(followUps: readonly FollowUp[], facts: CallFacts): JudgedFollowUps {
  const judged: JudgedFollowUps = { matched: [], undecided: [] }
  if (facts.outcome === 'unmapped') return judged
  for (const followUp of followUps) {
    const missing = judge(followUp.when, facts)
    if (missing === 'fails') continue
    if (missing.length === 0) judged.matched.push(followUp)
    else judged.undecided.push({ followUp, missing })
  }
  return judged
}

/** What would have to be known for all conditions to hold; nothing when they do. */
function judge(when: FollowUpCondition, facts: CallFacts): UnknownFact[] | 'fails' {
  if (when.outcome && !when.outcome.includes(facts.outcome)) return 'fails'
  if (when.minTalkMs !== undefined && !(facts.talkMs !== undefined && facts.talkMs >= when.minTalkMs)) return 'fails'
  if (when.spokenTo !== undefined && facts.spokenTo !== when.spokenTo) return 'fails'
  const { summary, extracted, lastAttempt } = when
  const missing: UnknownFact[] = []
  const need = (fact: UnknownFact, holds: boolean): boolean => {
    const isUnknown = facts.unknown?.includes(fact) ?? false
    if (isUnknown) missing.push(fact)
    return isUnknown || holds
  }
  const holds =
    (lastAttempt === undefined || need('isLastAttempt', facts.isLastAttempt === lastAttempt)) &&
    (!summary || need('summary', facts.summary !== undefined && matchesSummary(summary, facts.summary))) &&
    (!extracted || need('extracted', areExtracted(facts.extracted, extracted)))
  return holds ? missing : 'fails'
}

type Wanted = NonNullable<FollowUpCondition['extracted']>

function areExtracted(extracted: CallFacts['extracted'], wanted: Wanted): boolean {
  return Object.entries(wanted).every(([field, value]) => isExtracted(extracted, field, value))
}

/** People and agents write `High`, `high ` and `HIGH`; vendors write numbers and yes/no as text as often as not. */
function isExtracted(extracted: CallFacts['extracted'], field: string, wanted: string | number | boolean): boolean {
  if (!extracted || !Object.hasOwn(extracted, field)) return false
  const found = extracted[field]
  if (typeof found !== 'string' && typeof found !== 'number' && typeof found !== 'boolean') return false
  return plain(found) === plain(wanted)
}

function plain(value: string | number | boolean): string {
  return String(value).trim().toLowerCase()
}
