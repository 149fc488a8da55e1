import { setTimeout as wait } from 'node:timers/promises'
import { isOpen } from '../campaigns/call-window.ts'
import { budgetGate, type DialGate, dialExpiresAt, windowGate } from '../campaigns/dial-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import type { Provider } from '../clients/ports.ts'
import { callKey, stopDialing } from '../ledger/effects.ts'
import { shardOfJourney } from '../ledger/identity.ts'
import { isHolding, stepId } from '../ledger/journey.ts'
import { callGuards, releaseCall, reserveCall } from '../ledger/people.ts'
import { stepBackoff } from './backoff.ts'
import { type EffectParts, HeldBack, performEffect, RefusedByGuard } from './perform-effect.ts'
import { putOffStep, stopJourney } from './set-aside.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

export interface CallParts extends EffectParts {
  provider: (name: string) => Provider
}

/** While a number is busy with another call: how often to look whether it is free. */
const LIVE_RECHECK_MS = 5_000

/** Starts are given out less than this ahead. */
const MAX_TURN_MS = 2_000

/** Clocks of this machine and of Redis differ a little: never ask again sooner than this. */
const MIN_WAIT_MS = 1_000

/** Dials: every gate is asked again at this moment, then the number is taken and the call placed. */
export function createPlaceCall(parts: CallParts) {
  const dial = async (context: StepContext): Promise<Settled> => {
    const { journey, campaign, step, now } = context
    const dial = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
    const { startedAt } = await parts.ledger.control.read(campaign.id)
    const expiresAt = dialExpiresAt(dial, journey, startedAt)
    const closed = await heed(parts, context, windowGate(dial, journey.zones, now, expiresAt))
    if (closed !== undefined) return closed

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
        lastLook: () => mayDial(parts, context),
        budget: { port: parts.provider(campaign.provider), purpose: 'dial' },
        request: options => parts.provider(campaign.provider).placeCall(callRequest(context), options),
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
      if (error instanceof HeldBack) return putOffStep(parts, context, now + error.forMs, error.message)
      if (!(error instanceof RefusedByGuard)) throw error
      return refusedBy(parts, context, error.guard, expiresAt)
    }
  }

  return async (context: StepContext): Promise<Settled> => {
    await turn(context)
    try {
      return await dial(context)
    } finally {
      await freePlace(parts, context)
    }
  }
}

/** Waits for this call's turn in its campaign's pace, which is at most a moment away. */
async function turn({ startAt, now, signal }: StepContext): Promise<void> {
  const waitMs = Math.min((startAt ?? 0) - now, MAX_TURN_MS)
  if (waitMs > 0) await wait(waitMs, undefined, { signal }).catch(() => {})
}

/** A place that was taken for a call which was then not made is given back. */
async function freePlace({ ledger }: CallParts, { journey, campaign, step }: StepContext): Promise<void> {
  const after = await ledger.journeys.load(journey.id)
  const attempt = after?.attempts.find(({ number }) => String(number) === step.ref)
  if (attempt === undefined || !isHolding(attempt)) await ledger.live.release(campaign.id, stepId(journey.id, step))
}

/** Asked right before the intent, after any waiting: a pause must bite at once, and a place must be held. */
async function mayDial(parts: CallParts, { journey, campaign, step }: StepContext): Promise<HeldBack | undefined> {
  const { control, live } = parts.ledger
  const [{ status }, isAllPaused] = await Promise.all([control.read(campaign.id), control.isAllPaused()])
  const isHeld = isAllPaused || status === 'paused' || status === 'cancelled' || (journey.list && status === 'draft')
  if (isHeld) return new HeldBack(isAllPaused ? 'all_paused' : status, 0)
  // The waiting may have lasted into the lead's evening.
  const { hours } = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
  if (!isOpen(hours, journey.zones, parts.clock.now())) return new HeldBack('window', MIN_WAIT_MS)
  const leaseMs = parts.requestTimeoutMs + campaign.reconcile.skewMs + campaign.poll.deadlineMs
  const holder = stepId(journey.id, step)
  const hasPlace = await live.take(campaign.id, holder, campaign.dial.pace.maxLive, leaseMs)
  return hasPlace ? undefined : new HeldBack('max_live', MIN_WAIT_MS)
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
  const rules = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
  const gate = budgetGate(rules, journey.zones, record, now, expiresAt, MIN_WAIT_MS)
  return (await heed(parts, context, gate)) ?? putOffStep(parts, context, now + MIN_WAIT_MS, 'budget')
}

/** What a gate that is not open makes of the step; `undefined` where it is. */
async function heed(parts: CallParts, context: StepContext, gate: DialGate): Promise<Settled | undefined> {
  if ('open' in gate) return undefined
  return 'never' in gate
    ? stopJourney(parts, context, gate.never, gate.detail)
    : putOffStep(parts, context, gate.at, gate.why)
}
