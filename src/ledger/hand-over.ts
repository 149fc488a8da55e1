import type { Draft } from './draft.ts'
import { HAND_OVER, handOverKey } from './effects.ts'
import type { Effect, Journey } from './journey.ts'
import { confirmDone } from './resolve.ts'

/**
 * A lead that the vendor's own dialer calls. The hand-over is the one effect of ours; the calls are the dialer's, and
 * become attempts as they are found by walking over the lead's interactions.
 */

export function handOverOf({ id, effects }: Pick<Journey, 'id' | 'effects'>): Effect | undefined {
  const key = handOverKey(id)
  return effects.find(effect => effect.key === key)
}

/** Looks for the next call of the vendor's dialer. */
export function planWalk(draft: Draft, at: number): void {
  draft.plan('walk', String(draft.journey.attempts.length + 1), at)
}

/** The vendor's dialer has the lead: its calls are looked for, unless the journey was stopped meanwhile. */
export function followDialer(draft: Draft, firstLookAt: number): void {
  draft.drop('handover', HAND_OVER)
  const { stop, steps } = draft.journey
  if (stop === undefined && !steps.some(({ kind }) => kind === 'walk')) planWalk(draft, firstLookAt)
}

/** A lead that was handed over after all. */
export function adoptHandOver(draft: Draft, effect: Effect, facts: NonNullable<Effect['result']>, how: string): void {
  confirmDone(draft, effect, facts, how)
  followDialer(draft, draft.now)
}

/** Nobody can tell whether the vendor's dialer has the lead: its calls are looked for as though it had. */
export function assumeHandedOver(draft: Draft, effect: Effect, firstLookAt: number, why: string): void {
  draft.drop('reconcile', effect.key)
  draft.note('handover.assumed', { effect: effect.key, why })
  followDialer(draft, firstLookAt)
}

/** When the next call may come, ms: what the vendor said of the first one; else since it could have come. */
export function nextCallExpectedAt({ attempts }: Pick<Journey, 'attempts'>, { result, endedAt, intendedAt }: Effect) {
  const handedOverAt = endedAt ?? intendedAt ?? 0
  const said = Date.parse(String(result?.['nextCallAt']))
  return attempts.at(-1)?.endedAt ?? (said > handedOverAt ? said : handedOverAt)
}
