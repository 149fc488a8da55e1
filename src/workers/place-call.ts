import { budgetFreeAt } from '../campaigns/attempt-budget.ts'
import { isOpen, nextOpenAt } from '../campaigns/call-window.ts'
import type { Provider } from '../clients/ports.ts'
import { callKey, stopDialing } from '../ledger/effects.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import { callGuards, releaseCall, reserveCall } from '../ledger/people.ts'
import { stepBackoff } from './backoff.ts'
import { type EffectParts, performEffect, RefusedByGuard } from './perform-effect.ts'
import { putOffStep, stopJourney } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface CallParts extends EffectParts {
  provider: (name: string) => Provider
}

/** While a number is busy with another call: how often to look whether it is free. */
const LIVE_RECHECK_MS = 5_000

/** Clocks of this machine and of Redis differ a little: never ask again sooner than this. */
const MIN_WAIT_MS = 1_000

/** Dials: every gate is asked again at this moment, then the number is taken and the call placed. */
export function createPlaceCall(parts: CallParts) {
  return async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, now } = context
    const { dial } = campaign
    const expiresAt = journey.createdAt + dial.notAfterMs

    if (now > expiresAt) return stopJourney(parts, context, 'expired')
    if (!isOpen(dial.hours, journey.zones, now)) {
      const openAt = nextOpenAt(dial.hours, journey.zones, now, expiresAt)
      return openAt === undefined
        ? stopJourney(parts, context, 'expired', 'no calling window is left before its time is over')
        : putOffStep(parts, context, openAt, 'window')
    }

    const number = Number(step.ref)
    try {
      return await performEffect(parts, context, {
        effectKey: callKey(journey.id, number),
        step,
        backoff: stepBackoff,
        intend(draft) {
          const until = draft.effect(callKey(journey.id, number))?.until ?? draft.now
          reserveCall(draft, number, dial, until + campaign.poll.deadlineMs)
          draft.journey.attempts.push({ number, state: 'intended', intendedAt: draft.now })
        },
        request: signal => parts.provider(campaign.provider).placeCall(callRequest(context), { signal }),
        done(draft, { interactionId }) {
          const attempt = draft.attempt(number)
          if (attempt === undefined) return { interactionId }
          attempt.state = 'live'
          attempt.interactionId = interactionId
          attempt.placedAt = draft.now
          draft.plan('poll', step.ref, draft.now + campaign.poll.firstMs)
          return { interactionId }
        },
        refused(draft) {
          const attempt = draft.attempt(number)
          if (attempt !== undefined) {
            attempt.state = 'refused'
            attempt.endedAt = draft.now
          }
          releaseCall(draft, number, false)
          stopDialing(draft, 'refused', draft.effect(callKey(journey.id, number))?.error?.code)
        },
        withdrawn(draft) {
          draft.journey.attempts = draft.journey.attempts.filter(attempt => attempt.number !== number)
          releaseCall(draft, number, false)
        },
        reinstate(draft) {
          draft.journey.attempts.push({ number, state: 'unknown', intendedAt: draft.now })
        },
        unknown(draft) {
          const attempt = draft.attempt(number)
          if (attempt !== undefined) attempt.state = 'unknown'
        },
      })
    } catch (error) {
      if (!(error instanceof RefusedByGuard)) throw error
      return refusedBy(parts, context, error.guard, expiresAt)
    }
  }
}

function callRequest({ journey, campaign }: StepContext) {
  const { campaignId } = campaign.account
  return {
    leadId: journey.leadId,
    // A journey without a valid number never gets a dial step.
    phone: journey.private.phone ?? '',
    ...(campaignId === undefined ? {} : { campaignId }),
    ...(campaign.dial.instructions === undefined ? {} : { instructions: campaign.dial.instructions }),
    ...(journey.test ? { test: true } : {}),
  }
}

/** The number could not be taken: stop, or come back when it is free. */
async function refusedBy(parts: CallParts, context: StepContext, guard: string, expiresAt: number): Promise<Settled> {
  const { journey, campaign, now } = context
  if (guard === callGuards.suppressed) return stopJourney(parts, context, 'suppressed')
  if (guard === callGuards.live) return putOffStep(parts, context, now + LIVE_RECHECK_MS, 'live_call')

  const record = await parts.ledger.people.read({ id: journey.person, shard: shardOfJourney(journey.id) ?? '' })
  const freeAt = Math.max(now + MIN_WAIT_MS, budgetFreeAt(record.calls, record.lastEndedAt, campaign.dial, now))
  // Only an instant that is also inside a window is worth waiting for.
  const openAt = freeAt > expiresAt ? undefined : nextOpenAt(campaign.dial.hours, journey.zones, freeAt, expiresAt)
  return openAt === undefined
    ? stopJourney(parts, context, 'budget_spent')
    : putOffStep(parts, context, openAt, 'budget')
}
