import { expect } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import type { ParkedView } from '../../../src/desk/parked.ts'
import { plainCampaign, type Stage, type StageOptions, startStage } from '../../support/stage.ts'
import { KEYS, type Page, type Visitor } from './visitor.ts'

/** A campaign that leaves lost answers to a person, soon. */
export const parking = {
  ...plainCampaign,
  dial: { ...plainCampaign.dial, onUnknown: 'park' },
  reconcile: { grace: 'PT0.2S', looks: 1, skew: 'PT0.1S' },
}
export const LIST = '/dashboard/parked'
export const DECIDE = '/dashboard/parked/decide'

export const pathOf = (key: string, happened: boolean) =>
  `${DECIDE}?${new URLSearchParams({ key, happened: String(happened) })}`

/** Opens the page of a decision and sends its form. */
export async function decide(
  visitor: Visitor,
  key: string,
  happened: boolean,
  fields: Record<string, string> = {},
): Promise<Page> {
  const { html } = await visitor.get(pathOf(key, happened))
  return visitor.send(DECIDE, { ...fieldsOf(html), ...fields })
}

/** The hidden fields and inputs of a page's last form, as a browser would send them. */
export function fieldsOf(html: string): Record<string, string> {
  const form = html.slice(html.lastIndexOf('<form'))
  const inputs = [...form.matchAll(/<input[^>]*\bname="(\w+)"[^>]*\bvalue="([^"]*)"/g)]
  return Object.fromEntries(inputs.map(([, name = '', value = '']) => [name, value]))
}

export async function parkedKeys(stage: Stage, key: string = KEYS.admin): Promise<string[]> {
  const { body } = await stage.api<{ parked: ParkedView[] }>('/parked', { headers: { authorization: `Bearer ${key}` } })
  return body.parked.map(row => row.key)
}

/** A service with one call of which nobody knows whether it was placed. */
export async function withLostCall(kind: 'reset_before' | 'reset_after', options: StageOptions = {}) {
  const stage = await startStage({
    campaigns: [parking],
    control: {
      lists: { lagMs: 3_600_000 },
      scripts: { '*': [{ status: 'qualified', lengthMs: 10 }] },
      faults: [{ match: { path: '/voice/calls/initiate', leadId: 'lead_1' }, kind, times: 1 }],
    },
    overrides: { requestTimeoutMs: 300 },
    ...options,
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const headers = { authorization: `Bearer ${KEYS.admin}` }
  const find = () => stage.api<{ journeys: JourneyView[] }>('/journeys?leadId=lead_1', { headers })
  await expect.poll(async () => (await find()).body.journeys[0]?.state, { timeout: 10_000 }).toBe('parked')
  const [journey] = (await find()).body.journeys
  return { stage, journeyId: String(journey?.id), key: `call:${journey?.id}:1` }
}
