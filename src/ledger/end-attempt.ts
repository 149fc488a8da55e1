import { type AfterCall, decideAfterCall } from '../campaigns/after-call.ts'
import type { Campaign, FollowUp } from '../campaigns/campaign.ts'
import type { Outcome } from '../campaigns/vocabulary.ts'
import type { Seal } from '../seal.ts'
import type { Draft } from './draft.ts'
import { callKey, followUpKey, planDial, plannedEffect, stopDialing } from './effects.ts'
import type { Attempt } from './journey.ts'
import { releaseCall, suppressOwn } from './people.ts'
import { parkEffect } from './resolve.ts'

/** What was seen of a call that is over. */
export interface CallEnd {
  outcome: Outcome
  /** The vendor's own word. */
  status: string
  talkMs?: number | undefined
  spokenTo?: boolean | undefined
  summary?: string | undefined
}

/** Writes the end of an attempt and everything that follows from it into one transition. */
export function endAttempt(draft: Draft, attempt: Attempt, campaign: Campaign, end: CallEnd, seal: Seal): void {
  const { journey } = draft
  attempt.state = 'ended'
  attempt.outcome = end.outcome
  attempt.status = end.status
  attempt.endedAt ??= draft.now
  delete attempt.settling
  if (end.talkMs !== undefined) attempt.talkMs = end.talkMs
  if (end.spokenTo !== undefined) attempt.spokenTo = end.spokenTo
  if (end.summary !== undefined) {
    journey.private.summaries = { ...journey.private.summaries, [attempt.number]: end.summary }
  }
  journey.outcome = end.outcome
  draft.drop('poll', String(attempt.number))
  releaseCall(draft, attempt.number, true)
  const { outcome, status, talkMs, spokenTo } = end
  draft.note('call.ended', { attempt: attempt.number, outcome, status, talkMs, spokenTo })

  const outcomes = journey.attempts.flatMap(entry => entry.outcome ?? [])
  const after = decideAfterCall(campaign, {
    ...end,
    outcomes: outcomes as [...Outcome[], Outcome],
    endedAt: attempt.endedAt,
    journeyStartedAt: journey.createdAt,
    stopped: journey.stop !== undefined,
  })
  follow(draft, attempt, after, seal)
}

function follow(draft: Draft, attempt: Attempt, after: AfterCall, seal: Seal): void {
  if (after.park !== undefined) {
    const effect = draft.effect(callKey(draft.journey.id, attempt.number))
    if (effect !== undefined) parkEffect(draft, effect, after.park)
    return
  }
  if (after.suppress.length > 0) {
    suppressOwn(draft, after.suppress, { reason: 'outcome opted_out', by: draft.journey.id }, seal)
    draft.note('number.suppressed', { channels: after.suppress })
  }
  for (const followUp of after.followUps) planFollowUp(draft, attempt, followUp)
  if (after.dialAt !== undefined) {
    planDial(draft, attempt.number + 1, after.dialAt)
    draft.note('dial.planned', { attempt: attempt.number + 1, dueAt: after.dialAt })
  } else if (after.stop !== undefined) {
    stopDialing(draft, after.stop)
  }
}

/** One rule acts once per journey, however many attempts ask for it. */
function planFollowUp(draft: Draft, attempt: Attempt, followUp: FollowUp): void {
  const { journey, now } = draft
  const { act, id: rule } = followUp
  const key = followUpKey(journey, followUp)
  if (draft.effect(key) !== undefined) return
  const dueAt = act.kind === 'sms' ? now + act.delayMs : now
  journey.effects.push({
    ...plannedEffect({ key, kind: act.kind, rule, plannedAt: now, attempt: attempt.number }),
    dueAt,
  })
  draft.plan(act.kind === 'sms' ? 'text' : 'fire', rule, dueAt)
  draft.note(`${act.kind}.planned`, { effect: key, dueAt })
}
