import type { Draft } from '../ledger/draft.ts'
import { callKey } from '../ledger/effects.ts'
import type { Step } from '../ledger/journey.ts'
import { parkEffect } from '../ledger/resolve.ts'

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
