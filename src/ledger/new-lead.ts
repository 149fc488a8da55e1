import type { Draft } from './draft.ts'
import { plannedEffect } from './effects.ts'
import type { Effect } from './journey.ts'
import { confirmDone } from './resolve.ts'

/**
 * A journey may begin before the vendor knows its lead. The lead is created in the turn of the first call, as an effect
 * like any other; until then the journey's `leadId` is empty, and no call, text or pixel can come about.
 */

export function leadKey(journeyId: string): string {
  return `lead:${journeyId}`
}

/** The once-mark of a lead that was created for a journey: nobody else takes it for its own. */
export function createdMark(leadId: string): string {
  return `lead:${leadId}`
}

/** Plans that the lead is created, before the attempt with this number is made. */
export function planLead(draft: Draft, attempt: number): void {
  const key = leadKey(draft.journey.id)
  draft.journey.effects.push(plannedEffect({ key, kind: 'lead', rule: String(attempt), plannedAt: draft.now }))
}

/** The lead exists: its call is planned, unless the journey was stopped meanwhile. */
export function nameLead(draft: Draft, effect: Effect, leadId: string, callAt: number): void {
  draft.journey.leadId = leadId
  if (draft.journey.stop === undefined) draft.plan('dial', effect.rule, callAt)
}

/** A lead that was created after all. */
export function adoptLead(draft: Draft, effect: Effect, leadId: string, how: string): void {
  nameLead(draft, effect, leadId, draft.now)
  confirmDone(draft, effect, { leadId, adopted: true }, how)
}

/** Somebody else told the vendor of the lead before we did: it is called by the id it has there. */
export function meetLead(draft: Draft, leadId: string): void {
  const effect = draft.effect(leadKey(draft.journey.id))
  if (leadId === '' || effect?.state !== 'planned') return
  draft.journey.leadId = leadId
  effect.state = 'skipped'
  effect.why = 'the vendor knows the lead by now'
  effect.endedAt = draft.now
  draft.note('lead.skipped', { effect: effect.key, why: effect.why, leadId })
}
