import type { Simulator } from '../../simulator/simulator.ts'
import type { JourneyView } from '../../src/desk/journey-view.ts'
import { eventually } from './eventually.ts'
import { plainCampaign, type Stage, type StageOptions, startStage } from './stage.ts'

/** A list of people the vendor does not know, started by hand; what became of a lost answer shows within seconds. */
export const listCampaign = {
  ...plainCampaign,
  id: 'list',
  trigger: {},
  reconcile: { grace: 'PT1S', looks: 2, skew: 'PT0.3S' },
}

export const creation = { method: 'POST', path: '/leads$' }

export interface ImportAnswer {
  accepted: number
  duplicates: number
  rejected: number
  report: { line: number; column: string; value: string; reason: string; fix: string }[]
  detail?: string
  code?: string
}

/** A vendor that knows nobody who was not created, and a list that waits in its draft. */
export function startListStage(
  campaign: Record<string, unknown> = {},
  { control, ...options }: StageOptions = {},
): Promise<Stage> {
  return startStage({
    campaigns: [{ ...listCampaign, ...campaign }],
    control: {
      autoCreateLeads: false,
      requestLog: true,
      scripts: { '*': [{ status: 'completed', lengthMs: 10 }] },
      ...control,
    },
    overrides: { requestTimeoutMs: 500 },
    ...options,
  })
}

export async function importNew(
  stage: Stage,
  body: string | Uint8Array<ArrayBuffer>,
  { campaign = 'list', query = 'createLeads=true', type = 'text/csv' } = {},
): Promise<{ status: number; body: ImportAnswer }> {
  const path = `/campaigns/${campaign}/leads?${query}`
  return stage.api<ImportAnswer>(path, { method: 'POST', body, headers: { 'content-type': type } })
}

export const phoneOf = (index: number) => `+1212${String(2_000_000 + index)}`

/** A list without ids, from person `from` on. */
export function people(count: number, from = 0): string {
  const rows = Array.from({ length: count }, (_, index) => {
    const id = from + index
    return `${phoneOf(id)},Ann${id},Lee,ann${id}@example.com,Roof ${id}`
  })
  return ['phone,firstName,lastName,email,roof', ...rows].join('\n')
}

export async function act(stage: Stage, what: string, campaign = 'list'): Promise<void> {
  const { status } = await stage.api(`/campaigns/${campaign}/${what}`, { method: 'POST' })
  if (status !== 200) throw new Error(`${what}: ${status}`)
}

export async function journeysOf(stage: Stage, campaign = 'list'): Promise<JourneyView[]> {
  return (await stage.api<{ journeys: JourneyView[] }>(`/journeys?campaign=${campaign}&limit=1000`)).body.journeys
}

/** The only journey of the campaign, with its timeline, as soon as it passes the check. */
export function onlyJourney(
  stage: Stage,
  check: (journey: JourneyView) => unknown,
  timeoutMs = 10_000,
): Promise<JourneyView> {
  return eventually(
    async () => {
      const [first, ...others] = await journeysOf(stage)
      if (first === undefined || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} journeys`)
      const { body } = await stage.api<JourneyView>(`/journeys/${first.id}`)
      if (!check(body)) throw new Error(`journey is ${JSON.stringify(body)}`)
      return body
    },
    { timeoutMs },
  )
}

/** Who was created at the vendor, by the vendor's own account. */
export function createdLeads(simulator: Simulator): { leadId: string; phone: string }[] {
  return simulator
    .truth()
    .writes.filter(({ kind, created }) => kind === 'lead' && created === true)
    .map(({ id, fields }) => ({ leadId: id, phone: String(fields['phone']) }))
}
