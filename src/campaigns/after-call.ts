import type { Campaign, FollowUp } from './campaign.ts'
import { type CallFacts, matchFollowUps } from './follow-ups.ts'
import { nextAttemptAt } from './retry-plan.ts'
import type { Channel, Outcome, StopReason } from './vocabulary.ts'

/** What an ended call leads to. Worked out once, by whoever saw the end. */
export interface AfterCall {
  followUps: FollowUp[]
  /** When to try again. */
  dialAt?: number
  /** Channels on which the number must not be reached any more. */
  suppress: Channel[]
  /** Why the journey ends although its outcome would allow another attempt. */
  stop?: StopReason
  /** A person has to look at it; nothing else happens until then. */
  park?: string
}

export interface EndedCall extends Omit<CallFacts, 'outcome' | 'isLastAttempt'> {
  /** Outcomes of this journey's attempts in order, the ended one last. */
  outcomes: readonly [...Outcome[], Outcome]
  endedAt: number
  journeyStartedAt: number
  /** The vendor's own word, for the person who has to look at it. */
  status?: string
  /** The journey was stopped while the call was going on: it is followed to its end and that is all. */
  stopped: boolean
}

/** Pure: the same ended call under the same campaign always leads to the same. */
export function decideAfterCall(campaign: Campaign, call: EndedCall): AfterCall {
  const outcome = call.outcomes[call.outcomes.length - 1] as Outcome
  if (outcome === 'unmapped') {
    const park = `the vendor's status "${call.status ?? ''}" is not mapped to an outcome`
    return { followUps: [], suppress: [], park }
  }
  const suppress: Channel[] = outcome === 'opted_out' ? ['voice', 'sms'] : []
  if (call.stopped) return { followUps: [], suppress }

  const next =
    outcome === 'opted_out'
      ? { none: 'no_retry' as const }
      : nextAttemptAt({
          rules: campaign.dial,
          pastOutcomes: call.outcomes,
          endedAt: call.endedAt,
          journeyStartedAt: call.journeyStartedAt,
        })
  const isLastAttempt = 'none' in next
  return {
    followUps: matchFollowUps(campaign.followUps, { ...call, outcome, isLastAttempt }),
    suppress,
    ...(isLastAttempt ? {} : { dialAt: next.at }),
    ...(isLastAttempt && next.none === 'expired' ? { stop: 'expired' as const } : {}),
  }
}
