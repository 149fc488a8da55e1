import type { Draft } from '../ledger/draft.ts'
import { callKey, handOverKey, stepOfEffect } from '../ledger/effects.ts'
import type { Effect, Step } from '../ledger/journey.ts'
import { leadKey } from '../ledger/new-lead.ts'
import { parkEffect } from '../ledger/resolve.ts'

/** Parks the effect that a step was about: a step that cannot be done must not vanish. */
export function parkStep(draft: Draft, step: Step, why: string): void {
  draft.drop(step.kind, step.ref)
  const effect = effectOf(draft, step)
  if (effect !== undefined) parkEffect(draft, effect, why)
}

function effectOf(draft: Draft, { kind, ref }: Step): Effect | undefined {
  if (kind === 'reconcile') return draft.effect(ref)
  if (kind === 'dial' || kind === 'poll') {
    const lead = kind === 'dial' ? draft.effect(leadKey(draft.journey.id)) : undefined
    // Before its lead is created no call is made.
    return lead?.state === 'planned' ? lead : draft.effect(callKey(draft.journey.id, Number(ref)))
  }
  // What its rules come to is open: a decision about the call has it read again.
  if (kind === 'read') return draft.effect(callKey(draft.journey.id, Number(ref)))
  if (kind === 'walk') return draft.effect(handOverKey(draft.journey.id))
  return draft.journey.effects.find(entry => stepOfEffect[entry.kind] === kind && entry.rule === ref)
}
