import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt, windowGate } from '../campaigns/dial-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import type { Clock } from '../clock.ts'
import { stopDialing } from '../ledger/effects.ts'
import type { Ledger } from '../ledger/index.ts'
import { parseStepId } from '../ledger/journey.ts'

/**
 * Sends dials whose lead's window is closed on to its opening, and stops those whose time is over, before they cost a
 * start of their campaign's pace or a place for a live call: half a list may be asleep while the other half is called.
 * Answers the ids of those that may go on; whoever dials asks every gate again.
 */
export function createWindowWait(parts: { ledger: Ledger; clock: Clock }) {
  const { ledger, clock } = parts

  async function isSentOn(campaign: Campaign, startedAt: number | undefined, id: string): Promise<boolean> {
    const step = parseStepId(id)
    const journey = step && (await ledger.journeys.load(step.journeyId))
    if (journey === undefined || step === undefined) return false
    const rules = effectiveDialRules(campaign.dial, journey.private.phone ?? '')
    const expiresAt = dialExpiresAt(rules, journey, startedAt)
    const gate = windowGate(rules, journey.zones, clock.now(), expiresAt)
    if ('open' in gate) return false
    const { result } = await ledger.journeys.transition(
      journey.id,
      draft => {
        if (draft.step('dial', step.ref) === undefined) return false
        if ('at' in gate) draft.putOff({ kind: 'dial', ref: step.ref }, gate.at, gate.why)
        else stopDialing(draft, gate.never, gate.detail)
        return undefined
      },
      journey,
    )
    return result === 'committed'
  }

  return async (campaign: Campaign, startedAt: number | undefined, ids: readonly string[]): Promise<string[]> => {
    const isGone = await Promise.all(ids.map(id => isSentOn(campaign, startedAt, id)))
    return ids.filter((_, index) => !isGone[index])
  }
}
