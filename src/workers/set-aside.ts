import type { StopReason } from '../campaigns/vocabulary.ts'
import { RejectedError } from '../errors.ts'
import type { Destination } from '../ledger/destinations.ts'
import { skipEffect, stepOfEffect, stopDialing } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect } from '../ledger/journey.ts'
import { takeBack } from '../ledger/replay-effect.ts'
import { parkEffect } from '../ledger/resolve.ts'
import { errorFacts, type Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/** The ways a step ends without its act: later, not at all, or with the dialing. Each is one transition. */

type Parts = { ledger: Ledger }

/** It may not happen now: the step waits, and the timeline says for what. */
export async function putOffStep(
  parts: Parts,
  { journey, step, now }: StepContext,
  until: number,
  why: string,
): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      if (draft.step(step.kind, step.ref) === undefined) return false
      draft.putOff(step, until, why)
      // Waiting for an hour that suits the lead is no delay of ours: its time begins then.
      const effect = draft.journey.effects.find(
        entry => stepOfEffect[entry.kind] === step.kind && entry.rule === step.ref,
      )
      if (effect?.dueAt !== undefined) effect.dueAt = Math.max(effect.dueAt, until)
      return undefined
    },
    journey,
  )
  return result === 'committed' ? { result: why, nextInMs: until - now } : { result: 'gone' }
}

/** It is not going to happen, and the effect says why. */
export async function skipPlannedEffect(
  parts: Parts,
  { journey }: StepContext,
  effect: Effect,
  why: string,
): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.effect(effect.key)
      if (current?.state !== 'planned') return false
      skipEffect(draft, current, why)
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'skipped' : 'gone' }
}

/** The campaign's file has lost its rule: it stands as failed, and can be replayed once the rule is back. */
export async function refuseWithoutRule(
  parts: Parts,
  { journey, step }: StepContext,
  effect: Effect,
): Promise<Settled> {
  const error = errorFacts(new RejectedError('the campaign has no such rule any more', { code: 'RULE_GONE' }))
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.effect(effect.key)
      if (current?.state !== 'planned') return false
      draft.drop(step.kind, step.ref)
      current.state = 'refused'
      current.endedAt = draft.now
      current.error = error
      draft.note('effect.rule_gone', { effect: effect.key })
      return undefined
    },
    journey,
  )
  return result === 'committed' ? { result: 'refused', error } : { result: 'gone' }
}

/** Its destination takes no pixels now: it waits there, and costs nothing, until it does or `until` at the latest. */
export async function holdPixel(
  parts: Parts,
  { journey, step, now }: StepContext,
  effect: Effect,
  destination: Destination,
  until: number,
): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const before = draft.step(step.kind, step.ref)
      if (before === undefined || draft.effect(effect.key)?.state !== 'planned') return false
      draft.hold(step, destination.name, until, 'destination_paused')
      const { name, why } = destination
      if (before.waitsFor !== name) draft.note('pixel.held', { effect: effect.key, destination: name, why, until })
      return undefined
    },
    journey,
  )
  return result === 'committed' ? { result: 'held', nextInMs: until - now } : { result: 'gone' }
}

/** Only a person can say whether it may be done again. */
export async function parkPlannedEffect(
  parts: Parts,
  { journey, step }: StepContext,
  effect: Effect,
  why: string,
): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.effect(effect.key)
      if (current?.state !== 'planned') return false
      draft.drop(step.kind, step.ref)
      parkEffect(draft, current, why)
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'parked' : 'gone' }
}

/** Its replay was cancelled before it was tried: it has failed as before. */
export async function takeBackReplay(parts: Parts, { journey }: StepContext, effect: Effect): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const current = draft.effect(effect.key)
      return current !== undefined && takeBack(draft, current) ? undefined : false
    },
    journey,
  )
  return { result: result === 'committed' ? 'replay_cancelled' : 'gone' }
}

/** No further call is made in this journey. */
export async function stopJourney(
  parts: Parts,
  { journey, step }: StepContext,
  reason: StopReason,
  detail?: string,
): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      if (draft.step(step.kind, step.ref) === undefined) return false
      stopDialing(draft, reason, detail)
      return undefined
    },
    journey,
  )
  return { result: result === 'committed' ? 'stopped' : 'gone' }
}
