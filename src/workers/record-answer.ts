import type { Random } from '../clock.ts'
import { isKeyRefused, RateLimitedError, RejectedError, UnavailableError, UnknownOutcomeError } from '../errors.ts'
import type { Draft } from '../ledger/draft.ts'
import { isCalledOff, skipEffect } from '../ledger/effects.ts'
import { keepExchange } from '../ledger/failure.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey } from '../ledger/journey.ts'
import { backoffMs } from './backoff.ts'
import type { Deed } from './deed.ts'
import { errorFacts, type Settled } from './settled.ts'

/** What came of a request. Nothing is sent any more by a process that is stopping. */
export async function answerTo<R>(signal: AbortSignal, request: () => Promise<R>): Promise<Answer<R>> {
  try {
    signal.throwIfAborted()
    return { result: await request() }
  } catch (error) {
    return { error: signal.aborted && error === signal.reason ? notSent(error) : error }
  }
}

/** How a request ended. */
export type Answer<R> = { result: R } | { error: unknown }

function notSent(cause: unknown): UnavailableError {
  return new UnavailableError('the process is stopping: nothing was sent', { code: 'STOPPING', cause })
}

/** Writes what came of the request down to the intent that it was sent for. */
export async function recordAnswer<R>(
  parts: { ledger: Ledger; random: Random },
  intended: Journey,
  act: Deed<R>,
  answer: Answer<R>,
  skewMs: number,
): Promise<Settled> {
  const { intent: token, tries = 1 } = intended.effects.find(entry => entry.key === act.effectKey) ?? {}
  let settled: Settled = { result: 'gone' }
  await parts.ledger.journeys.transition(
    intended.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      // The answer belongs to this intent only. One that came after somebody judged the intent can still tell the truth.
      const isOurs = effect !== undefined && effect.intent === token
      const isTold = effect?.state === 'planned' && 'result' in answer
      if (!isOurs || !(isTold || ['intended', 'unknown', 'parked'].includes(effect.state))) {
        draft.note('answer.came_too_late', { effect: act.effectKey, happened: 'result' in answer })
        settled = { result: 'too_late' }
        return undefined
      }
      if (isTold) {
        draft.drop(act.step.kind, act.step.ref)
        act.reinstate?.(draft)
      }
      settled =
        'result' in answer
          ? isDone(draft, effect, act, answer.result)
          : isNotDone(parts, draft, effect, act, answer.error, skewMs)
      return undefined
    },
    intended,
  )
  return { try: tries, ...settled }
}

function isDone<R>(draft: Draft, effect: Effect, act: Deed<R>, result: R): Settled {
  effect.state = 'done'
  effect.endedAt = draft.now
  delete effect.why
  draft.drop('reconcile', effect.key)
  const facts = act.done(draft, result)
  if (facts !== undefined) effect.result = facts
  draft.note(`${effect.kind}.done`, { effect: effect.key, ...facts })
  return { result: 'done' }
}

function isNotDone<R>(
  parts: { random: Random },
  draft: Draft,
  effect: Effect,
  act: Deed<R>,
  error: unknown,
  skewMs: number,
): Settled {
  const facts = errorFacts(error, draft.journey.private)
  effect.error = facts
  keepExchange(draft, effect, error)
  const told = { effect: effect.key, code: facts.code, status: facts.status, error: facts.message }

  if (error instanceof RejectedError && !isKeyRefused(error)) {
    effect.state = 'refused'
    effect.endedAt = draft.now
    draft.drop('reconcile', effect.key)
    draft.note(`${effect.kind}.refused`, told)
    // Judged by the vendor's own words: somebody may be called what one of them is.
    effect.error = errorFacts(error)
    act.refused?.(draft)
    effect.error = facts
    return { result: 'refused', error: facts }
  }

  const isUnclear = error instanceof UnknownOutcomeError && act.mayRepeat === true
  if (isUnclear) effect.unclearSince ??= effect.intendedAt ?? draft.now
  if (isUnclear || error instanceof UnavailableError || error instanceof RateLimitedError || isKeyRefused(error)) {
    draft.drop('reconcile', effect.key)
    act.withdrawn?.(draft)
    const delayMs = backoffMs(act.backoff, effect.tries, parts.random, error)
    const at = draft.now + delayMs
    if (act.expiresAt !== undefined && at > act.expiresAt) {
      expire(draft, effect, 'tried again until its time was over')
      return { result: 'expired', error: facts }
    }
    if (isCalledOff(draft.journey, effect.kind)) {
      skipEffect(draft, effect, draft.journey.stop?.reason ?? '')
      return { result: 'skipped', error: facts }
    }
    effect.state = 'planned'
    draft.plan(act.step.kind, act.step.ref, at, act.step.tries + 1)
    draft.note(`${effect.kind}.${isUnclear ? 'to_repeat' : 'put_off'}`, { ...told, until: at })
    return { result: isUnclear ? 'to_repeat' : 'put_off', nextInMs: delayMs, error: facts }
  }

  // Anything else may have happened: also a bug of ours after the request was started.
  effect.state = 'unknown'
  effect.unclearSince ??= effect.intendedAt ?? draft.now
  // The request is over, so nobody need wait for the longest one possible.
  effect.until = Math.min(effect.until ?? Number.POSITIVE_INFINITY, draft.now + skewMs)
  draft.plan('reconcile', effect.key, effect.until)
  draft.note(`${effect.kind}.unknown`, told)
  act.unknown?.(draft)
  return { result: 'unknown', error: facts }
}

/** Its time is over. */
export function expire(draft: Draft, effect: Effect, why: string): void {
  effect.state = 'expired'
  effect.endedAt = draft.now
  effect.why = why
  draft.note(`${effect.kind}.expired`, { effect: effect.key, why, code: effect.error?.code })
}
