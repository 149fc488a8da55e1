import type { StopReason } from '../campaigns/vocabulary.ts'
import { skipEffect, stepOfEffect, stopDialing } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect } from '../ledger/journey.ts'
import type { Settled } from './settled.ts'
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
