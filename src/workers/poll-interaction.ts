import { callLengthMs } from '../campaigns/call-lengths.ts'
import type { Campaign } from '../campaigns/campaign.ts'
import { classify } from '../campaigns/outcome.ts'
import { nextPollAt } from '../campaigns/poll-plan.ts'
import type { PollTable } from '../campaigns/poll-table.ts'
import type { Interaction, Provider } from '../clients/ports.ts'
import { RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import type { HearParts } from '../intake/hear-lead.ts'
import { learnNames } from '../ledger/call-names.ts'
import { endAttempt } from '../ledger/end-attempt.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Attempt } from '../ledger/journey.ts'
import type { Logger } from '../logger.ts'
import { findOwnCall } from './find-own-call.ts'
import { hearWritten } from './hear-written.ts'
import { seeEnd } from './see-end.ts'
import { errorFacts, type Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface PollParts extends HearParts {
  ledger: Ledger
  logger: Logger
  provider: (name: string) => Provider
}

/** After a call timed out it is looked at once more, so that a late end is not missed even without a hint. */
const LATE_LOOK_DEADLINES = 1

/** Looks at a call: still going on, over, or not to be found before its deadline. */
export function createPollInteraction(parts: PollParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, signal } = context
    const attempt = journey.attempts.find(entry => entry.number === Number(step.ref))
    if (attempt?.placedAt === undefined) return { result: 'gone' }

    let seen: Interaction | undefined
    let failure: unknown
    try {
      const { interactionId } = attempt
      seen =
        interactionId === undefined
          ? await findOwnCall(parts, context, attempt)
          : await parts.provider(campaign.provider).getInteraction(interactionId, { signal })
    } catch (error) {
      // A vendor's list may lag behind its own answer, and a vendor may be away: the deadline decides, not one look.
      if (!isPassing(error)) throw error
      failure = error
    }
    if (seen !== undefined) await hearWritten(parts, journey, seen)
    return settle(parts, context, seen, failure)
  }
}

const isPassing = (error: unknown) =>
  error instanceof RejectedError || error instanceof UnavailableError || error instanceof RateLimitedError

async function settle(
  parts: PollParts,
  context: StepContext,
  seen: Interaction | undefined,
  failure: unknown,
): Promise<Settled> {
  const { journey, campaign, step } = context
  const error = failure === undefined ? {} : { error: errorFacts(failure, journey.private) }
  const table = await parts.ledger.pollTables.of(campaign)
  let settled: Settled = { result: 'gone', ...error }
  let lengthMs: number | undefined
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      lengthMs = undefined
      const attempt = draft.attempt(Number(step.ref))
      const current = draft.step('poll', step.ref)
      if (current === undefined || attempt === undefined) return false
      // This very look has been written down already: Redis went away with the answer.
      if (attempt.settling && current.dueAt > step.dueAt) return false
      attempt.looks = (attempt.looks ?? 0) + 1
      attempt.lookedAt = draft.now
      const isHinted = attempt.hinted === true
      delete attempt.hinted
      if (seen !== undefined) learnNames(attempt, seen)
      if (seen !== undefined && attempt.interactionId === undefined) {
        attempt.interactionId = seen.interactionId
        draft.note('call.named', { attempt: attempt.number, interactionId: seen.interactionId })
      }
      const deadlineAt = (attempt.takenAt ?? attempt.placedAt ?? draft.now) + campaign.poll.deadlineMs

      if (attempt.state === 'ended') {
        lateLook(draft, attempt, campaign, seen)
        settled = { result: 'late_look', ...error }
      } else if (seen !== undefined && !seen.live) {
        // One that is settling was counted when its end was first seen.
        lengthMs = attempt.settling ? undefined : lengthSeen(attempt, seen, draft.now)
        settled = seeEnd(parts, draft, attempt, campaign, seen)
      } else if (draft.now >= deadlineAt) {
        if (attempt.settling) {
          // It was seen to end; only its summary never came.
          const { status = '', talkMs, spokenTo } = attempt
          const outcome = classify(campaign.provider, status, campaign.outcomes)
          endAttempt(draft, attempt, campaign, { status, talkMs, spokenTo, outcome }, parts.ledger.seal)
          settled = { result: outcome, ...error }
          return undefined
        }
        endAttempt(draft, attempt, campaign, { status: seen?.status ?? '', outcome: 'timed_out' }, parts.ledger.seal)
        draft.plan('poll', step.ref, draft.now + campaign.poll.deadlineMs * LATE_LOOK_DEADLINES)
        // It is still going on: it lasts at least as long.
        lengthMs = seen === undefined ? undefined : draft.now - (attempt.placedAt ?? draft.now)
        settled = { result: 'timed_out', ...error }
      } else {
        const asked = failure instanceof RateLimitedError ? (failure.retryAfterMs ?? 0) : 0
        const nextAt = Math.min(
          Math.max(lookAgainAt(campaign, attempt, { nowMs: draft.now, isHinted, table }), draft.now + asked),
          deadlineAt,
        )
        draft.plan('poll', step.ref, nextAt, failure === undefined ? 0 : step.tries + 1)
        settled = { result: failure === undefined ? 'live' : 'deferred', nextInMs: nextAt - draft.now, ...error }
      }
      return undefined
    },
    journey,
  )
  if (result !== 'committed') return { result: 'gone', ...error }
  if (lengthMs !== undefined) await parts.ledger.callLengths.add(campaign.id, lengthMs)
  return settled
}

function lengthSeen({ placedAt }: Attempt, { createdAt, updatedAt }: Interaction, seenAt: number): number | undefined {
  return callLengthMs({ placedAt: placedAt ?? seenAt, seenAt, createdAt, updatedAt })
}

function lookAgainAt(
  { poll }: Campaign,
  { placedAt, takenAt, lookedAt }: Attempt,
  now: { nowMs: number; isHinted: boolean; table: PollTable | undefined },
): number {
  return nextPollAt({ poll, placedAt: placedAt ?? now.nowMs, takenAt, lastPollAt: lookedAt, ...now })
}

/** A call that was given up and is over after all: noted, and nothing else follows from it. */
function lateLook(
  draft: Parameters<typeof endAttempt>[0],
  attempt: Attempt,
  campaign: Campaign,
  seen: Interaction | undefined,
) {
  draft.drop('poll', String(attempt.number))
  if (seen === undefined || seen.live || attempt.lateEnd !== undefined) return
  const outcome = classify(campaign.provider, seen.status, campaign.outcomes)
  attempt.lateEnd = { status: seen.status, outcome, at: draft.now }
  draft.note('call.ended_late', { attempt: attempt.number, outcome, status: seen.status })
}
