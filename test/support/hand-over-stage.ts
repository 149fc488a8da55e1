import { expect } from 'vitest'
import type { ControlInput } from '../../simulator/control.ts'
import type { JourneyView } from '../../src/desk/journey-view.ts'
import { eventually } from './eventually.ts'
import { plainCampaign, type Stage, startStage } from './stage.ts'

/** Leads of this campaign are called by LeadSail's own dialer. */
export const handedCampaign = {
  ...plainCampaign,
  mode: 'handover',
  dial: { ...plainCampaign.dial, maxAttempts: 10, maxPer24h: 100 },
  poll: { ...plainCampaign.poll, walk: 'PT0.1S' },
  reconcile: { grace: 'PT0.3S', looks: 2, skew: 'PT0.3S' },
}
export const handedList = { ...handedCampaign, trigger: {} }

/** A thousand times faster than in life: a first call after 0.1 s, and again 0.2 s after one that nobody answered. */
export const autoDialer = { firstCallMs: 100_000, retryMs: 200_000, maxAttempts: 3 }
const completed = { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } }

export const handOverRoute = 'POST /leads/send-to-auto-dialer'
export const handOverRequest = { method: 'POST', path: '/leads/send-to-auto-dialer' }

/** A stage with a dialer that soon calls; every call is completed unless the control says otherwise. */
export const startHandOver = (
  file: Record<string, unknown>,
  control: Partial<ControlInput> = {},
  more: object[] = [],
) =>
  startStage({
    campaigns: [file, ...(more as Record<string, unknown>[])],
    control: { requestLog: true, leadsail: { autoDialer }, ...completed, ...control },
    overrides: { requestTimeoutMs: 500 },
  })

export const handOverOf = ({ effects }: JourneyView) => effects.find(({ kind }) => kind === 'handover')
export const happenings = (journey: JourneyView) => journey.timeline.map(({ what }) => what)
export const handOverRequests = (stage: Stage) =>
  stage.simulator.requests().filter(entry => entry.route === handOverRoute)
export const post = (stage: Stage, path: string) => stage.api(path, { method: 'POST' })

/** `row_0`, `row_1` and so on, each with a number of its own. */
export async function importRows(stage: Stage, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => `row_${index},${rowPhone(index)},America/New_York`)
  const answer = await stage.api('/campaigns/roof/leads', {
    method: 'POST',
    body: ['leadId,phone,timezone', ...rows].join('\n'),
    headers: { 'content-type': 'text/csv' },
  })
  expect(answer).toMatchObject({ status: 200, body: { accepted: count } })
}
export const rowPhone = (index: number) => `+1212${2_000_000 + index}`

export async function journeysOfRoof(stage: Stage): Promise<JourneyView[]> {
  return (await stage.api<{ journeys: JourneyView[] }>('/journeys?campaign=roof&limit=1000')).body.journeys
}

/** Resolves when the campaign's journeys are so many of each state. */
export const untilProgress = (stage: Stage, progress: Record<string, number>, timeoutMs = 30_000) =>
  eventually(async () => expect((await stage.campaign()).progress).toMatchObject(progress), { timeoutMs })
