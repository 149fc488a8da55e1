import type { Campaign } from '../campaigns/campaign.ts'
import { dialExpiresAt } from '../campaigns/dial-gate.ts'
import { handOverGate } from '../campaigns/hand-over-gate.ts'
import { createEffectiveRules } from '../campaigns/state-rules.ts'
import type { CampaignJourneys, PlannedJourney } from '../ledger/campaign-journeys.ts'
import type { CampaignState } from '../ledger/control.ts'
import type { Preflight } from './preflight.ts'

const HOUR_MS = 3_600_000

/**
 * What could be handed over to the vendor's own dialer from now on, in the words of a dialing campaign. The calls are
 * that dialer's: when the last of them will have ended nobody here can say.
 */
export async function preflightHandOver(
  campaign: Campaign,
  state: CampaignState,
  journeys: Pick<CampaignJourneys, 'planned'>,
  now: number,
): Promise<Preflight> {
  const { dial } = campaign
  const rulesOf = createEffectiveRules(dial)
  const startedAt = state.startedAt ?? now
  const later = new Map<number, number>()
  const blocked: Record<string, number> = {}
  let dialableNow = 0

  /** When it may go out, or why never; `undefined` for a lead that the dialer has. */
  function goesOutAt({ journey, person, phone }: PlannedJourney): number | string | undefined {
    const step = journey.steps.find(({ kind }) => kind === 'handover')
    if (step === undefined) return undefined
    if (state.status === 'cancelled' || (state.status === 'done' && journey.list === true)) return state.status
    if (person.suppressed.includes('voice')) return 'suppressed'
    const at = Math.max(now, step.dueAt)
    // Numbers are unsealed only for a campaign that goes by them.
    const rules = dial.stateRules === 'none' ? dial : rulesOf(phone() ?? '')
    const gate = handOverGate(rules, person, at, dialExpiresAt(dial, journey, startedAt))
    if ('open' in gate) return at
    return 'never' in gate ? gate.never : gate.at
  }

  for await (const page of journeys.planned(campaign.id)) {
    for (const planned of page) {
      const at = goesOutAt(planned)
      if (typeof at === 'string') blocked[at] = (blocked[at] ?? 0) + 1
      else if (at !== undefined && at <= now) dialableNow += 1
      else if (at !== undefined) {
        const hour = Math.floor(at / HOUR_MS) * HOUR_MS
        later.set(hour, (later.get(hour) ?? 0) + 1)
      }
    }
  }
  const laterByHour = [...later]
    .sort(([a], [b]) => a - b)
    .map(([hour, count]) => ({ hour: new Date(hour).toISOString(), count }))
  return { mode: 'handover', dialableNow, laterByHour, blocked, expectedFinishAt: null }
}
