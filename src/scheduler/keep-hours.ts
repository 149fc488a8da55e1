import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt, windowGate } from '../campaigns/dial-gate.ts'
import { effectiveDialRules } from '../campaigns/state-rules.ts'
import type { Ledger } from '../ledger/index.ts'

/** Journeys asked about in one go; dialing goes on between them. */
const PAGE = 200

/**
 * Carries new calling hours of a campaign file to the leads who wait for the old ones: somebody who opens a window at
 * noon means today. What the hours were is kept with the campaign, so a change made while nothing ran is noticed too.
 * Each call does one page and answers whether there is more.
 */
export function createHoursKeeper({ ledger }: { ledger: Ledger }) {
  const walks = new Map<string, { hours: string; cursor: string | undefined }>()

  async function replan(campaign: Campaign, startedAt: number | undefined, id: string): Promise<void> {
    await ledger.journeys.transition(id, draft => {
      const step = draft.journey.steps.find(({ kind, why }) => kind === 'dial' && why === 'window')
      if (step === undefined) return false
      const rules = effectiveDialRules(campaign.dial, draft.journey.private.phone ?? '')
      const gate = windowGate(rules, draft.journey.zones, draft.now, dialExpiresAt(rules, draft.journey, startedAt))
      const dueAt = 'at' in gate ? gate.at : draft.now
      if (dueAt === step.dueAt) return false
      draft.plan('dial', step.ref, dueAt, step.tries, 'window')
      draft.note('window_changed', { step: 'dial', ref: step.ref, until: dueAt })
      return undefined
    })
  }

  return async (campaign: Campaign): Promise<boolean> => {
    const { id } = campaign
    const hours = JSON.stringify([campaign.dial.hours, campaign.dial.stateRules])
    let walk = walks.get(id)
    if (walk?.hours !== hours) {
      const planned = await ledger.control.hoursOf(id)
      if (planned === hours) return false
      // Nobody waits by other hours than the first.
      if (planned === undefined) {
        await ledger.control.noteHours(id, hours)
        return false
      }
      walk = { hours, cursor: undefined }
      walks.set(id, walk)
    }
    const filter = { campaigns: [id], states: ['scheduled'] }
    const page = await ledger.search.journeyIds(filter, { limit: PAGE, cursor: walk.cursor })
    const { startedAt } = await ledger.control.read(id)
    await Promise.all(page.items.map(journeyId => replan(campaign, startedAt, journeyId)))
    walk.cursor = page.nextCursor
    if (page.nextCursor !== undefined) return true
    walks.delete(id)
    await ledger.control.noteHours(id, hours)
    return false
  }
}
