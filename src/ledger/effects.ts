import type { FollowUp } from '../campaigns/campaign.ts'
import type { StopReason } from '../campaigns/vocabulary.ts'
import type { Draft } from './draft.ts'
import type { Effect, EffectKind, Journey } from './journey.ts'

/** An effect's key is its identity: the same act never gets two. */
export function callKey(journeyId: string, attempt: number): string {
  return `call:${journeyId}:${attempt}`
}

export function followUpKey(
  journey: Pick<Journey, 'id' | 'provider' | 'leadId' | 'campaign' | 'test'>,
  followUp: Pick<FollowUp, 'id' | 'act'>,
): string {
  const { act, id } = followUp
  if (act.kind === 'pixel' && act.once === 'lead') return leadPixelKey(journey, id)
  return `${act.kind}:${journey.id}:${id}`
}

/** A pixel that is fired once per lead. A test is another act: the conversion is still to be fired for real. */
export function leadPixelKey(
  { provider, leadId, campaign, test }: Pick<Journey, 'provider' | 'leadId' | 'campaign' | 'test'>,
  rule: string,
): string {
  return `pixel:${test ? 'test:' : ''}${provider}/${leadId}:${campaign}/${rule}`
}

/**
 * Names the round in which an effect is tried: another one after every try and every replay. One that was given up never
 * stands again in a round that it stood in before.
 */
export function roundOf({ tries, replay }: Pick<Effect, 'tries' | 'replay'>): string {
  return `${tries}/${replay?.id ?? ''}`
}

export function plannedEffect(
  effect: Pick<Effect, 'key' | 'kind' | 'rule' | 'plannedAt'> & { attempt?: number },
): Effect {
  return { ...effect, state: 'planned', tries: 0 }
}

/** Plans one try to reach the lead. */
export function planDial(draft: Draft, attempt: number, dueAt: number): void {
  const key = callKey(draft.journey.id, attempt)
  draft.journey.effects.push(plannedEffect({ key, kind: 'call', rule: String(attempt), plannedAt: draft.now, attempt }))
  draft.plan('dial', String(attempt), dueAt)
}

/** The hand-over of a journey's lead; its rule, and the reference of its step. */
export const HAND_OVER = 'handover'

export function handOverKey(journeyId: string): string {
  return `handover:${journeyId}`
}

/** Plans that the lead is given to the vendor's own dialer, which makes the calls. */
export function planHandOver(draft: Draft): void {
  const key = handOverKey(draft.journey.id)
  draft.journey.effects.push(plannedEffect({ key, kind: 'handover', rule: HAND_OVER, plannedAt: draft.now }))
  draft.plan('handover', HAND_OVER, draft.now)
}

/** Ends the dialing: the planned call will not be made. What earlier calls asked for still happens. */
export function stopDialing(draft: Draft, reason: StopReason, detail?: string): void {
  if (draft.journey.stop === undefined) draft.journey.stop = { reason, ...(detail === undefined ? {} : { detail }) }
  skipPlanned(draft, 'call', reason)
  // Nobody is created at the vendor who will not be called.
  skipPlanned(draft, 'lead', reason)
  skipPlanned(draft, 'handover', reason)
  leaveToDialer(draft, reason)
}

/** Looks no more for calls of the vendor's dialer. */
export function dropWalk(draft: Draft): void {
  for (const { kind, ref } of draft.journey.steps) if (kind === 'walk') draft.drop(kind, ref)
}

/** Without looking for its calls nobody will know any more whether the vendor's dialer has the lead. */
function leaveToDialer(draft: Draft, why: string): void {
  dropWalk(draft)
  const effect = draft.effect(handOverKey(draft.journey.id))
  if (effect?.state === 'unknown' && draft.step('reconcile', effect.key) === undefined) skipEffect(draft, effect, why)
}

/** Whether the vendor's dialer may have the lead and call again. */
function isWithDialer(draft: Draft): boolean {
  const state = draft.effect(handOverKey(draft.journey.id))?.state
  if (state === 'intended' || state === 'unknown') return true
  const isCalling = draft.journey.attempts.at(-1)?.state === 'live'
  return state === 'done' && (isCalling || draft.journey.steps.some(({ kind }) => kind === 'walk'))
}

/** There is no way to take a lead back from LeadSail's dialer: its reference has no such request. */
const NOT_TAKEN_BACK = 'the vendor may still call: a lead cannot be taken back from its dialer'

/** Ends everything that has not been started. A call that is going on is followed to its end. */
export function cancelJourney(draft: Draft): void {
  const isTooLate = isWithDialer(draft)
  draft.journey.stop = { reason: 'cancelled', ...(isTooLate ? { detail: NOT_TAKEN_BACK } : {}) }
  if (isTooLate) draft.note('handover.not_taken_back', { effect: handOverKey(draft.journey.id) })
  stopDialing(draft, 'cancelled')
  skipPlanned(draft, 'sms', 'cancelled')
  skipPlanned(draft, 'pixel', 'cancelled')
  for (const { kind, ref } of draft.journey.steps) if (kind === 'read') draft.drop(kind, ref)
}

/** Whether an act that has not happened must not happen any more: a stop ends the dialing, a cancel everything. */
export function isCalledOff({ stop }: Pick<Journey, 'stop'>, kind: EffectKind): boolean {
  return stop !== undefined && (isOfDialing(kind) || stop.reason === 'cancelled')
}

/** Whether an effect is there for the sake of a call. */
function isOfDialing(kind: EffectKind): boolean {
  return kind === 'call' || kind === 'lead' || kind === 'handover'
}

/** The step that does an effect of each kind. A lead is created in the turn of its first call. */
export const stepOfEffect = {
  call: 'dial',
  lead: 'dial',
  handover: 'handover',
  sms: 'text',
  pixel: 'fire',
} as const

const nothing: ReadonlySet<string> = new Set(['refused', 'expired', 'skipped'])

/** It came to nothing, and no try of it may have arrived: whoever else wants the same may have it. */
export function cameToNothing({ state, unclearSince }: Pick<Effect, 'state' | 'unclearSince'>): boolean {
  return nothing.has(state) && unclearSince === undefined
}

/** The effect that a step of this kind is about; of several, the one that waits for it. */
export function effectOfStep(
  { effects }: Pick<Journey, 'effects'>,
  kind: EffectKind,
  rule: string,
): Effect | undefined {
  const own = effects.filter(effect => effect.kind === kind && effect.rule === rule)
  return own.find(({ state }) => state === 'planned') ?? own[0]
}

export function skipEffect(draft: Draft, effect: Effect, why: string): void {
  effect.state = 'skipped'
  effect.why = why
  effect.endedAt = draft.now
  draft.drop(stepOfEffect[effect.kind], effect.rule)
  draft.note(`${effect.kind}.skipped`, { effect: effect.key, why })
}

function skipPlanned(draft: Draft, kind: EffectKind, why: string): void {
  for (const effect of draft.journey.effects) {
    if (effect.kind === kind && effect.state === 'planned') skipEffect(draft, effect, why)
  }
}
