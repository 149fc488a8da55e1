import type { Draft } from './draft.ts'
import { isCalledOff, skipEffect, stepOfEffect } from './effects.ts'
import type { Effect } from './journey.ts'

/**
 * Sees to it at the end of every transition that a text or pixel that is planned has a step that does it: without one it
 * would never go out, and its journey would never end. Two effects of one rule share a step, and a rule acts once.
 */
export function keepSteps(draft: Draft): void {
  const { effects, stop } = draft.journey
  for (const effect of effects) {
    if (!isPlannedFollowUp(effect)) continue
    const kind = stepOfEffect[effect.kind]
    const step = draft.step(kind, effect.rule)
    if (isCalledOff(draft.journey, effect.kind)) {
      skipEffect(draft, effect, stop?.reason ?? '')
    } else if (effects.some(other => isTwinOf(effect, other, effects))) {
      skipEffect(draft, effect, 'its rule has acted in this journey')
      // It is the other's step.
      if (step !== undefined) draft.journey.steps.push(step)
    } else if (step === undefined) {
      const dueAt = Math.max(draft.now, effect.dueAt ?? 0)
      draft.plan(kind, effect.rule, dueAt)
      draft.note('effect.step_restored', { effect: effect.key, dueAt })
    }
  }
}

function isPlannedFollowUp({ kind, state }: Effect): boolean {
  return (kind === 'sms' || kind === 'pixel') && state === 'planned'
}

/** Whether another effect of the same rule has acted, or comes first. */
function isTwinOf(effect: Effect, other: Effect, effects: readonly Effect[]): boolean {
  if (other === effect || other.kind !== effect.kind || other.rule !== effect.rule) return false
  if (other.state === 'planned') return effects.indexOf(other) < effects.indexOf(effect)
  return other.state !== 'skipped'
}
