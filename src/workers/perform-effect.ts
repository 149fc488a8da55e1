import type { Campaign } from '../campaigns/campaign.ts'
import type { Permit, Purpose } from '../clients/budget.ts'
import type { BudgetPort } from '../clients/ports.ts'
import type { Clock, Random } from '../clock.ts'
import { ExpiredError } from '../errors.ts'
import { roundOf } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Journey } from '../ledger/journey.ts'
import { backoffMs, stepBackoff } from './backoff.ts'
import type { Deed } from './deed.ts'
import { doubtRestored } from './doubt-restored.ts'
import { answerTo, expire, recordAnswer } from './record-answer.ts'
import { errorFacts, type Settled } from './settled.ts'

/** One act upon the outside with a request of its own. */
export interface Act<R> extends Deed<R> {
  /** What the request is for, and whose budget it takes. */
  budget: { port: BudgetPort; purpose: Purpose }
  /** Asked after the budget's leave and right before the intent: why it must not happen now, if so. */
  lastLook?(): Promise<HeldBack | undefined>
  /** The request. Sent only after the intent is on disk. */
  request(options: { signal: AbortSignal; permit: Permit }): Promise<R>
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
  const { journey, campaign, signal } = scene
  if (act.expiresAt !== undefined && parts.clock.now() > act.expiresAt) return expireLate(parts, journey, act)
  const doubted = await doubtRestored(parts, journey, act)
  if (doubted !== undefined) return doubted
  const permit = await act.budget.port.permit(act.budget.purpose, { signal })
  const held = await act.lastLook?.()
  if (held !== undefined) throw held
  const intent = await writeIntent(parts, scene, act)
  if ('settled' in intent) return intent.settled
  const answer = await answerTo(signal, () => act.request({ signal, permit }))
  return recordAnswer(parts, intent.journey, act, answer, campaign.reconcile.skewMs)
}

/**
 * Writes the intent. Its journey as it stands then, or how the try ended without one.
 * @throws RefusedByGuard when the intent could not be written
 */
export async function writeIntent<R>(
  parts: EffectParts,
  { journey, campaign }: Pick<EffectScene, 'journey' | 'campaign'>,
  act: Deed<R>,
): Promise<{ journey: Journey } | { settled: Settled }> {
  const { ledger, clock, requestTimeoutMs } = parts
  const until = clock.now() + requestTimeoutMs + campaign.reconcile.skewMs
  const seen = journey.effects.find(({ key }) => key === act.effectKey)
  const isCopied = ledger.copies.ofJourney(journey.id)
  const token = `${clock.now()}.${parts.random().toString(36).slice(2)}`
  const intent = await ledger.journeys.transition(
    journey.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (draft.step(act.step.kind, act.step.ref) === undefined || effect?.state !== 'planned') return false
      // What was asked before this intent was asked for one round; somebody else may have tried it meanwhile.
      if (seen !== undefined && roundOf(seen) !== roundOf(effect)) return false
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
  if (intent.result === 'missing') return { settled: { result: 'gone' } }
  const effect = intent.journey.effects.find(entry => entry.key === act.effectKey)
  if (intent.result !== 'committed') {
    // Our own intent, whose commit was sent again because Redis went away with the answer: nothing has left yet.
    const isOurs = effect?.intent === token
    return { settled: isOurs ? await withdrawIntent(parts, intent.journey, act) : { result: 'gone' } }
  }
  if (!(await isCopied())) {
    const forMs = backoffMs(stepBackoff, effect?.tries ?? 1, parts.random)
    return { settled: await withdrawIntent(parts, intent.journey, act, { ...notCopied, forMs }) }
  }
  return isStale(parts, intent.journey, act)
    ? { settled: await withdrawIntent(parts, intent.journey, act) }
    : { journey: intent.journey }
}

/** A write that waited for Redis was decided on in another time: windows may have closed, and `until` has been running. */
export function isStale<R>({ clock }: EffectParts, { effects }: Journey, { effectKey }: Deed<R>): boolean {
  const effect = effects.find(({ key }) => key === effectKey)
  return clock.now() - (effect?.intendedAt ?? 0) > STALE_INTENT_MS
}

/** Its time has been running, so an intent that is taken back is not acted upon now either, but at once anew. */
const notInTime = { code: 'NOT_SENT', forMs: 0 }

/** A failover could forget the intent, and what it was for would happen again. */
const notCopied = { code: 'NOT_COPIED', error: 'too few replicas of Redis had its intent in time' }

/** Takes an intent back that was surely not acted upon: it is planned again for after `forMs`. */
export async function withdrawIntent<R>(
  parts: EffectParts,
  intended: Journey,
  act: Deed<R>,
  { forMs, ...told }: { code: string; forMs: number; error?: string } = notInTime,
): Promise<Settled> {
  const token = intended.effects.find(entry => entry.key === act.effectKey)?.intent
  const { result } = await parts.ledger.journeys.transition(
    intended.id,
    draft => {
      const effect = draft.effect(act.effectKey)
      if (effect?.state !== 'intended' || effect.intent !== token) return false
      draft.drop('reconcile', effect.key)
      act.withdrawn?.(draft)
      effect.state = 'planned'
      const until = draft.now + forMs
      draft.plan(act.step.kind, act.step.ref, until, act.step.tries)
      draft.note(`${effect.kind}.put_off`, { effect: effect.key, ...told, until })
      return undefined
    },
    intended,
  )
  return result === 'committed' ? { result: 'put_off', nextInMs: forMs } : { result: 'gone' }
}

/** A step that was held up until its effect would come too late. */
export async function expireLate<R>(parts: EffectParts, journey: Journey, act: Deed<R>): Promise<Settled> {
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
