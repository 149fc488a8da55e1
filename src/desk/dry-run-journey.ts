import { nextOpenAt } from '../campaigns/call-window.ts'
import type { Campaign, FollowUp } from '../campaigns/campaign.ts'
import { type CallFacts, judgeFollowUps, type UnknownFact } from '../campaigns/follow-ups.ts'
import { classify } from '../campaigns/outcome.ts'
import { textHours } from '../campaigns/state-rules.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import { RejectedError } from '../errors.ts'
import { composeText } from '../ledger/compose-text.ts'
import { callFacts } from '../ledger/follow-ups.ts'
import type { Attempt, Effect, Journey } from '../ledger/journey.ts'

/** What a set of rules says of one past journey. Each rule stands in at most one of the lists. */
export interface JourneyVerdict {
  /** Ended calls that were asked about. */
  calls: number
  fires: Fired[]
  /** Texts that could not be sent to this lead, and why. */
  refused: { followUp: FollowUp; reason: string }[]
  /** Rules of which nobody can tell: what they depend on was not kept. */
  unknown: { followUp: FollowUp; missing: UnknownFact[] }[]
}

export interface Fired {
  followUp: FollowUp
  /** Of the first call that asks for it and whose text no later call calls off. */
  outcome: Outcome
  text?: string
}

/**
 * Asks the rules of a campaign about the calls of a journey as they happened, by the same judgement that is passed after
 * a call.
 * @param inForce the campaign as it is now, whose own map of statuses past outcomes may have come from
 */
export function rulesAgainst(journey: Journey, campaign: Campaign, inForce: Campaign): JourneyVerdict {
  const verdict: JourneyVerdict = { calls: 0, fires: [], refused: [], unknown: [] }
  const standing = new Map<string, { followUp: FollowUp; attempt: Attempt; outcome: Outcome }>()
  const open = new Map<string, { followUp: FollowUp; missing: UnknownFact[] }>()
  for (const attempt of journey.attempts) {
    if (attempt.state !== 'ended') continue
    verdict.calls += 1
    for (const facts of pastFacts(journey, attempt, outcomeUnder(campaign, inForce, attempt))) {
      const { matched, undecided } = judgeFollowUps(campaign.followUps, facts)
      for (const followUp of matched) {
        const { id } = followUp
        const asked = standing.get(id)
        if (asked !== undefined && !isForgone(followUp, campaign, journey, asked.attempt, attempt)) continue
        standing.set(id, { followUp, attempt, outcome: facts.outcome })
      }
      for (const entry of undecided) open.set(entry.followUp.id, entry)
    }
  }
  for (const { followUp, attempt, outcome } of standing.values()) {
    const composed = compose(followUp, campaign, journey, { ...attempt, outcome })
    if ('reason' in composed) verdict.refused.push({ followUp, reason: composed.reason })
    else verdict.fires.push({ followUp, outcome, ...composed })
  }
  verdict.unknown = [...open.values()].filter(({ followUp }) => !standing.has(followUp.id))
  return verdict
}

/** How far ahead a quiet time is looked through for its end. */
const LOOK_AHEAD_MS = 14 * 24 * 3_600_000

/** Whether a text that followed one call was called off by another before it was due, so that a later one may ask anew. */
function isForgone(
  { act }: FollowUp,
  { dial }: Campaign,
  { attempts, zones, private: { phone = '' } }: Journey,
  asked: Attempt,
  later: Attempt,
): boolean {
  if (act.kind !== 'sms' || !act.cancelOn.includes('attempt')) return false
  const hours = textHours(dial, act.hours, phone)
  const after = (asked.endedAt ?? asked.intendedAt) + act.delayMs
  const dueAt = nextOpenAt(hours, zones, after, after + LOOK_AHEAD_MS) ?? Number.POSITIVE_INFINITY
  return attempts.some(
    ({ number, intendedAt, placedAt = intendedAt }) =>
      number > asked.number && number <= later.number && placedAt < dueAt,
  )
}

/** The facts that rules were asked with about one call, once for each time that they were asked. */
function pastFacts(journey: Journey, attempt: Attempt, outcome: Outcome): CallFacts[] {
  const { unknown = [], ...facts } = callFacts(journey, attempt)
  // A call that timed out never had a summary; of others one may have come when nobody waited for it.
  const isSummaryOpen = facts.summary === undefined && attempt.awaited !== true && attempt.outcome !== 'timed_out'
  const missing: UnknownFact[] = [...unknown, ...(isSummaryOpen ? (['summary'] as const) : [])]
  const { judgedAs } = attempt
  // A status that nobody understood was never followed by anything, so nobody knows what would have been its last call.
  if (judgedAs === undefined || (judgedAs.length === 0 && attempt.outcome === 'unmapped')) {
    return [{ ...facts, outcome, unknown: [...missing, 'isLastAttempt'] }]
  }
  return judgedAs.map(judgedAs => ({ ...facts, outcome, isLastAttempt: judgedAs === 'last', unknown: missing }))
}

/** What the call would count as under a campaign's own map of statuses; what came from no map stays as it is. */
function outcomeUnder(campaign: Campaign, inForce: Campaign, { status, outcome = 'unmapped' }: Attempt): Outcome {
  if (status === undefined || outcome === 'timed_out') return outcome
  const isMapped = [campaign, inForce].some(({ outcomes }) => mapped(outcomes, status))
  return outcome === 'unmapped' || isMapped ? classify(campaign.provider, status, campaign.outcomes) : outcome
}

function mapped(outcomes: Campaign['outcomes'], status: string): boolean {
  return Object.hasOwn(outcomes, status) || Object.hasOwn(outcomes, status.toLowerCase())
}

function compose(
  { act }: FollowUp,
  campaign: Campaign,
  journey: Journey,
  call: Attempt,
): { text?: string } | { reason: string } {
  if (act.kind !== 'sms') return {}
  const { week } = textHours(campaign.dial, act.hours, journey.private.phone ?? '')
  if (week.every(spans => spans.length === 0)) return { reason: 'quiet_hours' }
  try {
    return { text: composeText(act, campaign, journey, call) }
  } catch (error) {
    if (error instanceof RejectedError) return { reason: error.message }
    throw error
  }
}

/** What became of a rule in a journey: it was sent or is on its way, or it was asked for and not sent; else nothing. */
export function sentBy(journey: Journey, { id, act }: Pick<FollowUp, 'id' | 'act'>): 'sent' | 'not_sent' | undefined {
  const effect = journey.effects.find(({ rule, kind }) => rule === id && kind === act.kind)
  return effect && (isSent(effect) ? 'sent' : 'not_sent')
}

export function isSent({ state }: Effect): boolean {
  return state !== 'skipped' && state !== 'refused' && state !== 'expired'
}
