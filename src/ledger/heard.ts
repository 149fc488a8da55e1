import type { Campaign } from '../campaigns/campaign.ts'
import type { Draft } from './draft.ts'
import { stopDialing } from './effects.ts'
import { callOffTexts } from './follow-ups.ts'
import { isEnded, type Journey } from './journey.ts'

/** What a lead can do of its own accord that may make calls and texts superfluous. */
export const doings = ['reply', 'inbound_call'] as const
export type Doing = (typeof doings)[number]

/** When the lead did it last, ms. */
export type Doings = Partial<Record<Doing, number>>

const told: Record<Doing, string> = { reply: 'lead.replied', inbound_call: 'lead.called' }

/**
 * The lead has replied or called since its journey began. What the campaign has said is superfluous then is called off,
 * now and whenever it comes up later: of a call that is going on nothing is lost.
 * @param isOptOut the lead has opted out by text: texts that are called off by that are, whatever it says later
 * @returns whether there was anything to write
 */
export function noteHeard(draft: Draft, campaign: Campaign | undefined, heard: Doings, isOptOut = false): boolean {
  const { journey } = draft
  if (isEnded(journey)) return false
  const notes = draft.notes.length
  for (const doing of doings) {
    const at = heard[doing]
    if (at === undefined || at < journey.createdAt || journey.heard?.[doing] !== undefined) continue
    journey.heard = { ...journey.heard, [doing]: at }
    draft.note(told[doing], { heardAt: at })
    if (campaign === undefined) continue
    if (doing === 'reply') callOffTexts(draft, campaign, 'reply')
    if (campaign.dial.stopOn.includes(doing) && isDialPlanned(journey)) stopDialing(draft, doing)
  }
  if (isOptOut && campaign !== undefined) callOffTexts(draft, campaign, 'opt_out')
  return draft.notes.length > notes
}

/** Why no further call is to be made, by what the lead has done. */
export function stopByDoing({ heard }: Journey, { dial }: Campaign): Doing | undefined {
  return doings.find(doing => heard?.[doing] !== undefined && dial.stopOn.includes(doing))
}

/** What has been handed over to the vendor's dialer, or is going on, is not stopped by anything said here. */
function isDialPlanned({ effects }: Journey): boolean {
  return effects.some(({ kind, state }) => (kind === 'call' || kind === 'handover') && state === 'planned')
}
