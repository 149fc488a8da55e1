import type { Campaign } from '../campaigns/campaign.ts'
import type { Permit, Purpose } from '../clients/budget.ts'
import type { BudgetPort } from '../clients/ports.ts'
import type { Clock, Random } from '../clock.ts'
import { ExpiredError, isKeyRefused, RateLimitedError, RejectedError, UnavailableError } from '../errors.ts'
import type { Draft } from '../ledger/draft.ts'
import { isCalledOff, skipEffect } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Effect, Journey, Step } from '../ledger/journey.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { errorFacts, type Settled } from './settled.ts'

/** One act upon the outside, and what its journey learns from each way it can end. */
export interface Act<R> {
  effectKey: string
  step: Step
  backoff: Backoff
  /** What the request is for, and whose budget it takes. */
  budget: { port: BudgetPort; purpose: Purpose }
  /** Asked after the budget's leave and right before the intent: why it must not happen now, if so. */
  lastLook?(): Promise<HeldBack | undefined>
  /** Writes what stands beside the intent (reservations, guards). The effect itself is moved by `performEffect`. */
  intend(draft: Draft): void
  /** The request. Sent only after the intent is on disk. */
  request(options: { signal: AbortSignal; permit: Permit }): Promise<R>
  /** It happened. Answers what to keep of the vendor's answer. */
  done(draft: Draft, result: R): Effect['result']
  /** The vendor said no. */
  refused?(draft: Draft): void
  /** It surely did not happen; the step is planned again. */
  withdrawn?(draft: Draft): void
  /** It may have happened. */
  unknown?(draft: Draft): void
  /** It was taken for not done, and its answer came after all: what was taken back stands again. */
  reinstate?(draft: Draft): void
  /** No more tries after this instant: the effect expires. */
  expiresAt?: number
}

export interface EffectParts {
  ledger: Ledger
  clock: Clock
  random: Random
  /** How long a request may still take effect after it was started, ms. */
  requestTimeoutMs: number
}

export interface EffectScene {
  journey: Journey
  campaign: Campaign
  signal: AbortSignal
}

/** It must wait, for a reason that stands outside its journey. */
export class HeldBack extends Error {
  readonly forMs: number

  constructor(why: string, forMs: number) {
    super(why)
    this.forMs = forMs
  }
}

/** An intent that took longer than this to reach the disk is not acted upon. Far below the smallest sensible skew. */
const STALE_INTENT_MS = 2_000

/** A guard kept the intent from being written; nothing has happened. */
export class RefusedByGuard extends Error {
  readonly guard: string

  constructor(guard: string) {
    super(`refused by ${guard}`)
    this.guard = guard
  }
}

/**
 * The protocol of every effect: intent on disk, request, result on disk. Whoever dies in between leaves an intent with
 * an `until`, and a reconcile step that comes due then; nobody repeats or judges it before.
 * @throws RefusedByGuard when the intent could not be written
 * @throws HeldBack when the last look before it said so
 */
export async function performEffect<R>(parts: EffectParts, scene: EffectScene, act: Act<R>): Promise<Settled> {
  const { ledger, clock, requestTimeoutMs } = parts
  const { journey, campaign, signal } = scene
  if (act.expiresAt !== undefined && clock.now() > act.expiresAt) return expireLate(parts, journey, act)
  const permit = await act.budget.port.permit(act.budget.purpose, { signal })
  const held = await act.lastLook?.()
  if (held !== undefined) throw held
  const until = clock.now() + requestTimeoutMs + campaign.reconcile.skewMs

  const token = `${clock.now()}.${parts.random().toString(36).slice(2)}`
  const intent = await ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (draft.step(act.step.kind, act.step.ref) === undefined || effect?.state !== 'planned') return false
      effect.state = 'intended'
      effect.intendedAt = draft.now
      effect.intent = token
      effect.until = until
      effect.tries += 1
      delete effect.error
      draft.drop(act.step.kind, act.step.ref)
      draft.plan('reconcile', effect.key, until)
      draft.note(`${effect.kind}.intended`, { effect: effect.key, try: effect.tries })
      act.intend(draft)
      return undefined
    },
    journey,
  )
  if (intent.result === 'refused') throw new RefusedByGuard(intent.by)
  if (intent.result === 'missing') return { result: 'gone' }
  const effect = intent.journey.effects.find(entry => entry.key === act.effectKey)
  if (intent.result !== 'committed') {
    // Our own intent, whose commit was sent again because Redis went away with the answer: nothing has left yet.
    return effect?.intent === token ? withdraw(parts, intent.journey, act, token) : { result: 'gone' }
  }
  // A write that waited for Redis was decided on in another time: windows may have closed, and `until` has been running.
  if (clock.now() - (effect?.intendedAt ?? 0) > STALE_INTENT_MS) return withdraw(parts, intent.journey, act, token)
  const tries = effect?.tries ?? 1

  let answer: { result: R } | { error: unknown }
  try {
    signal.throwIfAborted()
    answer = { result: await act.request({ signal, permit }) }
  } catch (error) {
    answer = { error: signal.aborted && error === signal.reason ? notSent(error) : error }
  }
  const settled = await record(parts, intent.journey, act, answer, campaign.reconcile.skewMs)
  return { try: tries, ...settled }
}

/** Takes an intent back that was surely not acted upon. Its time has been running, so it is not acted upon now either. */
async function withdraw<R>(parts: EffectParts, intended: Journey, act: Act<R>, token: string): Promise<Settled> {
  const { result } = await parts.ledger.journeys.transition(
    intended.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (effect?.state !== 'intended' || effect.intent !== token) return false
      draft.drop('reconcile', effect.key)
      act.withdrawn?.(draft)
      effect.state = 'planned'
      draft.plan(act.step.kind, act.step.ref, draft.now, act.step.tries)
      draft.note(`${effect.kind}.put_off`, { effect: effect.key, code: 'NOT_SENT', until: draft.now })
      return undefined
    },
    intended,
  )
  return result === 'committed' ? { result: 'put_off', nextInMs: 0 } : { result: 'gone' }
}

function notSent(cause: unknown): UnavailableError {
  return new UnavailableError('the process is stopping: nothing was sent', { code: 'STOPPING', cause })
}

async function record<R>(
  parts: EffectParts,
  intended: Journey,
  act: Act<R>,
  answer: { result: R } | { error: unknown },
  skewMs: number,
): Promise<Settled> {
  const token = intended.effects.find(entry => entry.key === act.effectKey)?.intent
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
  return settled
}

function isDone<R>(draft: Draft, effect: Effect, act: Act<R>, result: R): Settled {
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
  parts: EffectParts,
  draft: Draft,
  effect: Effect,
  act: Act<R>,
  error: unknown,
  skewMs: number,
): Settled {
  const facts = errorFacts(error)
  effect.error = facts
  const told = { effect: effect.key, code: facts.code, status: facts.status, error: facts.message }

  if (error instanceof RejectedError && !isKeyRefused(error)) {
    effect.state = 'refused'
    effect.endedAt = draft.now
    draft.drop('reconcile', effect.key)
    draft.note(`${effect.kind}.refused`, told)
    act.refused?.(draft)
    return { result: 'refused', error: facts }
  }

  if (error instanceof UnavailableError || error instanceof RateLimitedError || isKeyRefused(error)) {
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
    draft.note(`${effect.kind}.put_off`, { ...told, until: at })
    return { result: 'put_off', nextInMs: delayMs, error: facts }
  }

  // Anything else may have happened: also a bug of ours after the request was started.
  effect.state = 'unknown'
  // The request is over, so nobody need wait for the longest one possible.
  effect.until = Math.min(effect.until ?? Number.POSITIVE_INFINITY, draft.now + skewMs)
  draft.plan('reconcile', effect.key, effect.until)
  draft.note(`${effect.kind}.unknown`, told)
  act.unknown?.(draft)
  return { result: 'unknown', error: facts }
}

/** A step that was held up until its effect would come too late. */
async function expireLate<R>(parts: EffectParts, journey: Journey, act: Act<R>): Promise<Settled> {
  const error = errorFacts(new ExpiredError('its time was over before it could be tried'))
  const { result } = await parts.ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (effect?.state !== 'planned') return false
      effect.error ??= error
      draft.drop(act.step.kind, act.step.ref)
      expire(draft, effect, error.message)
      return undefined
    },
    journey,
  )
  return result === 'committed' ? { result: 'expired', error } : { result: 'gone' }
}

function expire(draft: Draft, effect: Effect, why: string): void {
  effect.state = 'expired'
  effect.endedAt = draft.now
  effect.why = why
  draft.note(`${effect.kind}.expired`, { effect: effect.key, why, code: effect.error?.code })
}
