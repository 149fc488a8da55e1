import type { Draft } from '../ledger/draft.ts'
import { callKey } from '../ledger/effects.ts'
import type { Effect, Step } from '../ledger/journey.ts'

/** Puts an effect before a person, with why. Its journey goes on after the decision. */
export function parkEffect(draft: Draft, effect: Effect, why: string): void {
  effect.state = 'parked'
  effect.why = why
  effect.endedAt = draft.now
  draft.drop('reconcile', effect.key)
  draft.note('effect.parked', { effect: effect.key, why })
}

/** Parks the effect that a step was about: a step that cannot be done must not vanish. */
export function parkStep(draft: Draft, step: Step, why: string): void {
  draft.drop(step.kind, step.ref)
  const key =
    step.kind === 'dial' || step.kind === 'poll'
      ? callKey(draft.journey.id, Number(step.ref))
      : step.kind === 'reconcile'
        ? step.ref
        : undefined
  const effect = draft.journey.effects.find(entry =>
    key === undefined ? entry.rule === step.ref && entry.kind !== 'call' : entry.key === key,
  )
  if (effect !== undefined) parkEffect(draft, effect, why)
}
