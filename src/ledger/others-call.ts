import type { Draft } from './draft.ts'
import { callKey, plannedEffect } from './effects.ts'
import type { Attempt } from './journey.ts'
import { countCall } from './people.ts'
import { adoptCall, confirmDone } from './resolve.ts'

/**
 * A call that the vendor's dialer placed becomes the journey's next attempt. It counts as a call to the number; while it
 * is live and `holdsUntil` is given, it holds the number.
 */
export function adoptDialersCall(
  draft: Draft,
  call: { interactionId: string; placedAt: number },
  holdsUntil?: number,
): Attempt {
  const attempt = adoptOthersCall(draft, call, "placed by the vendor's own dialer")
  countCall(draft, attempt.number, call.placedAt, holdsUntil)
  return attempt
}

/**
 * A call that we did not place becomes the journey's next attempt. Nobody says here who rang whom, so it counts in no
 * budget.
 * @param how how it was found
 */
export function adoptOthersCall(draft: Draft, call: { interactionId: string; placedAt: number }, how: string): Attempt {
  const { interactionId, placedAt } = call
  const { attempts, effects, id } = draft.journey
  const number = attempts.length + 1
  const attempt: Attempt = { number, state: 'live', interactionId, intendedAt: placedAt, placedAt, looks: 1 }
  attempt.lookedAt = draft.now
  attempts.push(attempt)
  draft.drop('walk', String(number))

  const key = callKey(id, number)
  const effect = plannedEffect({ key, kind: 'call', rule: String(number), plannedAt: draft.now, attempt: number })
  effects.push(effect)
  confirmDone(draft, effect, { interactionId }, how)
  return attempt
}

/**
 * The vendor's name of a call that it took without one, or of a call whose answer was lost: it is looked at now.
 * @param how how it was found
 */
export function nameCall(
  draft: Draft,
  attempt: Attempt,
  call: { interactionId: string; at: number },
  how: string,
): void {
  const { interactionId } = call
  const effect = draft.effect(callKey(draft.journey.id, attempt.number))
  if (effect?.state === 'unknown' || effect?.state === 'parked') {
    adoptCall(draft, effect, { interactionId, placedAt: Math.min(call.at, draft.now) }, how)
    return
  }
  attempt.interactionId = interactionId
  attempt.placedAt ??= Math.min(call.at, draft.now)
  if (effect !== undefined) effect.result = { ...effect.result, interactionId }
  draft.plan('poll', String(attempt.number), draft.now)
  draft.note('call.named', { attempt: attempt.number, interactionId, how })
}
