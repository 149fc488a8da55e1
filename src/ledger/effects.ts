import type { FollowUp } from '../campaigns/campaign.ts'
import type { StopReason } from '../campaigns/vocabulary.ts'
import type { Draft } from './draft.ts'
import type { Effect, EffectKind, Journey } from './journey.ts'

/** An effect's key is its identity: the same act never gets two. */
export function callKey(journeyId: string, attempt: number): string {
  return `call:${journeyId}:${attempt}`
}

export function followUpKey(
  journey: Pick<Journey, 'id' | 'provider' | 'leadId' | 'campaign'>,
  followUp: Pick<FollowUp, 'id' | 'act'>,
): string {
  const { act, id } = followUp
  if (act.kind === 'pixel' && act.once === 'lead') {
    return `pixel:${journey.provider}/${journey.leadId}:${journey.campaign}/${id}`
  }
  return `${act.kind}:${journey.id}:${id}`
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

/** Ends the dialing: the planned call will not be made. What earlier calls asked for still happens. */
export function stopDialing(draft: Draft, reason: StopReason, detail?: string): void {
  if (draft.journey.stop === undefined) draft.journey.stop = { reason, ...(detail === undefined ? {} : { detail }) }
  skipPlanned(draft, 'call', reason)
}

/** Ends everything that has not been started. A call that is going on is followed to its end. */
export function cancelJourney(draft: Draft): void {
  draft.journey.stop = { reason: 'cancelled' }
  stopDialing(draft, 'cancelled')
  skipPlanned(draft, 'sms', 'cancelled')
  skipPlanned(draft, 'pixel', 'cancelled')
}

/** Whether an act that has not happened must not happen any more: a stop ends the dialing, a cancel everything. */
export function isCalledOff({ stop }: Pick<Journey, 'stop'>, kind: EffectKind): boolean {
  return stop !== undefined && (kind === 'call' || stop.reason === 'cancelled')
}

/** The step that does an effect of each kind. */
export const stepOfEffect = { call: 'dial', sms: 'text', pixel: 'fire' } as const

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
