import type { Draft } from './draft.ts'
import { dropWalk, isCalledOff, skipEffect, stepOfEffect } from './effects.ts'
import type { Effect } from './journey.ts'
import { releaseCall } from './people.ts'

/** How an open question about an effect is closed: it happened, or it did not. Who closes it is for the caller to note. */

/** A call that happened after all: it is followed to its end like any other. */
export function adoptCall(
  draft: Draft,
  effect: Effect,
  call: { interactionId: string; placedAt: number },
  how: string,
): void {
  const attempt = draft.attempt(Number(effect.rule))
  if (attempt === undefined) return
  attempt.state = 'live'
  attempt.interactionId = call.interactionId
  attempt.placedAt = call.placedAt
  // It may be over by now, so it is looked at first.
  draft.plan('poll', effect.rule, draft.now)
  confirmDone(draft, effect, { interactionId: call.interactionId, adopted: true }, how)
}

/** It happened, and there is nothing to follow. */
export function confirmDone(draft: Draft, effect: Effect, facts: NonNullable<Effect['result']>, how: string): void {
  effect.state = 'done'
  effect.endedAt = draft.now
  effect.result = { ...effect.result, ...facts }
  delete effect.why
  draft.drop('reconcile', effect.key)
  draft.note(`${effect.kind}.found_done`, { effect: effect.key, how, ...facts })
}

/** It did not happen: it is planned again, unless its journey was stopped meanwhile. */
export function planAgain(draft: Draft, effect: Effect, at: number, how: string): void {
  draft.drop('reconcile', effect.key)
  delete effect.why
  delete effect.endedAt
  delete effect.looks
  if (effect.kind === 'call') {
    const number = Number(effect.rule)
    draft.journey.attempts = draft.journey.attempts.filter(attempt => attempt.number !== number)
    releaseCall(draft, number, false)
  }
  if (effect.kind === 'handover') dropWalk(draft)
  draft.note(`${effect.kind}.found_not_done`, { effect: effect.key, how })
  if (isCalledOff(draft.journey, effect.kind)) {
    skipEffect(draft, effect, draft.journey.stop?.reason ?? '')
    return
  }
  effect.state = 'planned'
  effect.dueAt = at
  draft.plan(stepOfEffect[effect.kind], effect.rule, at)
}

/** Puts an effect before a person, with why. Its journey goes on after the decision. */
export function parkEffect(draft: Draft, effect: Effect, why: string): void {
  if (effect.kind === 'call') {
    const attempt = draft.attempt(Number(effect.rule))
    if (attempt?.state === 'intended') attempt.state = 'unknown'
  }
  effect.state = 'parked'
  effect.why = why
  effect.endedAt = draft.now
  draft.drop('reconcile', effect.key)
  // Whether the vendor's dialer has the lead is open: its calls are not looked for until that is known.
  if (effect.kind === 'handover') dropWalk(draft)
  draft.note('effect.parked', { effect: effect.key, why })
}
