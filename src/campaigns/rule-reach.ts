import type { FieldFault } from './between-fields.ts'
import { defaults } from './defaults.ts'
import { possibleOutcomes } from './outcome.ts'
import { isOutcome, type Outcome, type ProviderName } from './vocabulary.ts'

/** What of a campaign decides which rules can ever be reached. Each part as it stands in the file, right or wrong. */
export interface ReachedBy {
  provider: ProviderName | undefined
  outcomes: unknown
  mode: unknown
  maxAttempts: unknown
  retry: unknown
}

/** Conditions that only what the vendor tells of a call can fulfil: of one that timed out it never told anything. */
const told = ['minTalk', 'spokenTo', 'summary'] as const

/**
 * Rules that can never be reached, where that is certain. Keeps silent about whatever is faulty by itself.
 * @param when of one rule; the paths of the faults start at it
 */
export function* unreachable(when: Readonly<Record<string, unknown>>, campaign: ReachedBy): Generator<FieldFault> {
  const listed = Array.isArray(when['outcome']) ? when['outcome'].filter(isOutcome) : undefined
  if (listed !== undefined && listed.length > 0) {
    const never = impossible(listed, campaign)
    if (never.length === listed.length)
      yield { path: ['outcome'], reason: `can never be reached: ${whyNever(never, campaign)}` }
    if (listed.every(outcome => outcome === 'timed_out')) {
      for (const key of told) {
        if (when[key] === undefined) continue
        yield { path: [key], reason: 'can never hold: of a call that timed out nothing but that is known' }
      }
    }
  }
  if (when['lastAttempt'] === false && isAlwaysLast(listed, campaign)) {
    const after = listed === undefined ? '' : ` after ${listed.join(' or ')}`
    yield { path: ['lastAttempt'], reason: `can never be false: dial.retry plans no further attempt${after}` }
  }
}

/** Outcomes of a rule that no call of this campaign ever has, if some: the others still reach it. */
export function neverReached(listed: readonly Outcome[], campaign: ReachedBy): string | undefined {
  const never = impossible(listed, campaign)
  return never.length === 0 ? undefined : `${never.join(', ')} can never be reached: ${whyNever(never, campaign)}`
}

function impossible(listed: readonly Outcome[], { provider, outcomes }: ReachedBy): Outcome[] {
  const mapped = typeof outcomes === 'object' && outcomes !== null ? Object.values(outcomes).filter(isOutcome) : []
  const possible = provider && possibleOutcomes(provider, mapped)
  return listed.filter(outcome => outcome === 'unmapped' || (possible !== undefined && !possible.has(outcome)))
}

function whyNever(never: readonly Outcome[], { provider }: ReachedBy): string {
  if (never.every(outcome => outcome === 'unmapped')) {
    return 'after a status that nobody understood no rule is asked; map the status under outcomes'
  }
  const known = provider && possibleOutcomes(provider, [])
  return `statuses of ${provider} come to ${[...(known ?? [])].join(', ')}; map another one under outcomes`
}

function isAlwaysLast(listed: readonly Outcome[] | undefined, { mode, maxAttempts, retry }: ReachedBy): boolean {
  // In another mode it is the vendor's dialer that decides.
  if (mode !== undefined && mode !== 'dial') return false
  if (maxAttempts === 1) return true
  if (retry !== undefined && (typeof retry !== 'object' || retry === null)) return false
  const again = Object.keys(retry ?? defaults.dial.retry)
  return listed === undefined ? again.length === 0 : listed.every(outcome => !again.includes(outcome))
}
