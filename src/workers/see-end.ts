import type { Campaign } from '../campaigns/campaign.ts'
import { classify } from '../campaigns/outcome.ts'
import type { Interaction } from '../clients/ports.ts'
import type { Draft } from '../ledger/draft.ts'
import { endAttempt } from '../ledger/end-attempt.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Attempt } from '../ledger/journey.ts'
import type { Logger } from '../logger.ts'
import type { Settled } from './settled.ts'

/** A call was seen to be over: it ends with all that follows, or is looked at once more for what the vendor adds late. */
export function seeEnd(
  parts: { ledger: Ledger; logger: Logger },
  draft: Draft,
  attempt: Attempt,
  campaign: Campaign,
  seen: Interaction,
): Settled {
  if (isWorthSettling(campaign, attempt, seen)) {
    const { deadlineMs, settleMs } = campaign.poll
    const deadlineAt = (attempt.placedAt ?? draft.now) + deadlineMs
    attempt.settling = true
    attempt.endedAt ??= draft.now
    noteEnd(attempt, seen)
    draft.plan('poll', String(attempt.number), Math.min(draft.now + settleMs, Math.max(deadlineAt, draft.now)))
    return { result: 'settling', nextInMs: settleMs }
  }
  const outcome = classify(campaign.provider, seen.status, campaign.outcomes)
  if (outcome === 'unmapped') {
    parts.logger.error({ journeyId: draft.journey.id, status: seen.status, alert: true }, 'outcome.unmapped')
  }
  endAttempt(draft, attempt, campaign, { ...seen, outcome }, parts.ledger.seal)
  return { result: outcome }
}

/** What was seen of the end is kept: the look for the summary may fail. */
function noteEnd(attempt: Attempt, { status, talkMs, spokenTo }: Interaction): void {
  attempt.status = status
  if (talkMs !== undefined) attempt.talkMs = talkMs
  if (spokenTo !== undefined) attempt.spokenTo = spokenTo
}

/** The summary may come after the status. It is waited for once, and only where something depends on it. */
function isWorthSettling(campaign: Campaign, attempt: Attempt, seen: Interaction): boolean {
  if (seen.summary !== undefined || attempt.settling === true) return false
  return campaign.followUps.some(
    ({ when, act }) => when.summary !== undefined || (act.kind === 'sms' && act.text.includes('call.summary')),
  )
}
