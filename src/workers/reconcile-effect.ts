import type { Ledger } from '../ledger/index.ts'
import { parkEffect } from './park.ts'
import type { Settled } from './settled.ts'
import type { StepContext } from './step-job.ts'

/** An intent whose time is over and whose result nobody knows is put before a person. Nothing repeats it. */
export function createReconcileEffect(parts: { ledger: Ledger }) {
  return async ({ journey, step, now }: StepContext): Promise<Settled> => {
    const { result } = await parts.ledger.journeys.transition(
      journey.id,
      draft => {
        const effect = draft.effect(step.ref)
        const isOpenQuestion = effect?.state === 'intended' || effect?.state === 'unknown'
        if (effect === undefined || !isOpenQuestion || (effect.until ?? 0) > draft.now) return false
        if (effect.kind === 'call') {
          const attempt = draft.attempt(Number(effect.rule))
          if (attempt !== undefined) attempt.state = 'unknown'
        }
        parkEffect(draft, effect, 'it may have happened: its answer never came')
        return undefined
      },
      journey,
    )
    const waitMs = (journey.effects.find(effect => effect.key === step.ref)?.until ?? 0) - now
    return result === 'committed'
      ? { result: 'parked' }
      : { result: 'gone', ...(waitMs > 0 ? { nextInMs: waitMs } : {}) }
  }
}
