import { type AfterCall, decideAfterCall } from '../campaigns/after-call.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import type { Seal } from '../seal.ts'
import type { Draft } from './draft.ts'
import { callKey, planDial, stopDialing } from './effects.ts'
import { callOffTexts, followAsLast, keepExtracted, planFollowUps } from './follow-ups.ts'
import { planWalk } from './hand-over.ts'
import type { Attempt } from './journey.ts'
import { releaseCall } from './people.ts'
import { parkEffect } from './resolve.ts'
import { suppressOwn } from './suppression-marks.ts'
import { keepRecords } from './write-backs.ts'

/** What was seen of a call that is over. */
export interface CallEnd {
  outcome: Outcome
  /** The vendor's own word. */
  status: string
  talkMs?: number | undefined
  spokenTo?: boolean | undefined
  summary?: string | undefined
  /** What the vendor has extracted; absent where that is to be read by itself. */
  extracted?: Readonly<Record<string, string>> | undefined
}

/** Writes the end of an attempt and everything that follows from it into one transition. */
export function endAttempt(draft: Draft, attempt: Attempt, campaign: Campaign, end: CallEnd, seal: Seal): void {
  const { journey } = draft
  attempt.state = 'ended'
  attempt.outcome = end.outcome
  attempt.status = end.status
  attempt.endedAt ??= draft.now
  if (attempt.settling) attempt.awaited = true
  delete attempt.settling
  if (end.talkMs !== undefined) attempt.talkMs = end.talkMs
  if (end.spokenTo !== undefined) attempt.spokenTo = end.spokenTo
  if (end.summary !== undefined) {
    journey.private.summaries = { ...journey.private.summaries, [attempt.number]: end.summary }
  }
  if (end.extracted !== undefined) keepExtracted(draft, attempt, end.extracted)
  journey.outcome = end.outcome
  draft.drop('poll', String(attempt.number))
  releaseCall(draft, attempt.number, true)
  const { outcome, status, talkMs, spokenTo } = end
  draft.note('call.ended', { attempt: attempt.number, outcome, status, talkMs, spokenTo })

  keepRecords(draft, campaign)
  callOffTexts(draft, campaign, 'attempt')
  const outcomes = journey.attempts.flatMap(entry => entry.outcome ?? [])
  const after = decideAfterCall(campaign, {
    ...end,
    outcomes: outcomes as [...Outcome[], Outcome],
    endedAt: attempt.endedAt,
    journeyStartedAt: journey.begunAt ?? journey.createdAt,
    stopped: journey.stop !== undefined,
    unknown: end.extracted === undefined ? ['extracted'] : [],
  })
  const { isLastAttempt } = after
  attempt.judgedAs = isLastAttempt === undefined ? [] : [isLastAttempt ? 'last' : 'again']
  follow(draft, attempt, campaign, after, seal)
}

function follow(draft: Draft, attempt: Attempt, campaign: Campaign, after: AfterCall, seal: Seal): void {
  if (after.park !== undefined) {
    const effect = draft.effect(callKey(draft.journey.id, attempt.number))
    if (effect !== undefined) parkEffect(draft, effect, after.park)
    return
  }
  if (after.suppress.length > 0) {
    suppressOwn(draft, after.suppress, { reason: 'outcome opted_out', by: draft.journey.id }, seal)
    draft.note('number.suppressed', { channels: after.suppress })
  }
  planFollowUps(draft, attempt, campaign, after)
  if (after.dialAt !== undefined) {
    planDial(draft, attempt.number + 1, after.dialAt)
    draft.note('dial.planned', { attempt: attempt.number + 1, dueAt: after.dialAt })
  } else if (after.walkAt !== undefined) {
    planWalk(draft, Math.max(after.walkAt, draft.now))
  } else if (after.stop !== undefined) {
    stopDialing(draft, after.stop)
  }
}

/**
 * The vendor's dialer could have called again and did not before the campaign's time was over: the last call turns out
 * to have been the last.
 */
export function endDialersCalls(draft: Draft, last: Attempt, campaign: Campaign): void {
  draft.note('walk.ended', { attempt: last.number })
  if (last.outcome !== undefined) followAsLast(draft, last, campaign)
}
