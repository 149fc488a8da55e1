import type { Campaign, FollowUp } from './campaign.ts'
import { type CallFacts, judgeFollowUps } from './follow-ups.ts'
import { nextAttemptAt } from './retry-plan.ts'
import type { Channel, Outcome, StopReason } from './vocabulary.ts'

/** What an ended call leads to. Worked out once, by whoever saw the end. */
export interface AfterCall {
  followUps: FollowUp[]
  /** Rules that could follow too, depending on what the vendor has extracted, which is not known yet. */
  undecided: FollowUp[]
  /** Whether rules were asked, and told that no further attempt follows. Absent where no rule is asked. */
  isLastAttempt?: boolean
  /** When to try again. */
  dialAt?: number
  /** When to look for the next call of the vendor's own dialer. */
  walkAt?: number
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

/**
 * Outcomes after which LeadSail's own dialer calls again: its lead is then `no_answer` or `voicemail`, which mean that
 * another attempt will follow. https://docs.dev.leadsail.app/docs/guides/leads/lead-statuses
 */
const calledAgain: ReadonlySet<Outcome> = new Set(['no_answer', 'busy', 'voicemail', 'failed'])

/** The status of the call with which that dialer's attempts are spent. */
const SPENT = 'no_contact'

/** How the words end with which a call is parked whose status nobody has mapped. */
export const NOT_MAPPED = 'is not mapped to an outcome'

/** Pure: the same ended call under the same campaign always leads to the same. */
export function decideAfterCall(campaign: Campaign, call: EndedCall): AfterCall {
  const outcome = call.outcomes[call.outcomes.length - 1] as Outcome
  if (outcome === 'unmapped') {
    const park = `the vendor's status "${call.status ?? ''}" ${NOT_MAPPED}`
    return { followUps: [], undecided: [], suppress: [], park }
  }
  const suppress: Channel[] = outcome === 'opted_out' ? ['voice', 'sms'] : []
  if (call.stopped) return { followUps: [], undecided: [], suppress }
  if (campaign.mode === 'handover') {
    const isSpent = call.status?.toLowerCase() === SPENT || call.outcomes.length >= campaign.dial.maxAttempts
    const isLastAttempt = isSpent || !calledAgain.has(outcome)
    return {
      ...rulesAfter(campaign, { ...call, outcome, isLastAttempt }),
      suppress,
      ...(isLastAttempt ? {} : { walkAt: call.endedAt + campaign.poll.walkMs }),
    }
  }

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
    ...rulesAfter(campaign, { ...call, outcome, isLastAttempt }),
    suppress,
    ...(isLastAttempt ? {} : { dialAt: next.at }),
    ...(isLastAttempt && next.none === 'expired' ? { stop: 'expired' as const } : {}),
  }
}

function rulesAfter(
  { followUps }: Campaign,
  facts: CallFacts & { isLastAttempt: boolean },
): Pick<AfterCall, 'followUps' | 'undecided' | 'isLastAttempt'> {
  const { matched, undecided } = judgeFollowUps(followUps, facts)
  const { isLastAttempt } = facts
  return { followUps: matched, undecided: undecided.map(({ followUp }) => followUp), isLastAttempt }
}
