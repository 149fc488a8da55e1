import { expect, onTestFinished, test } from 'vitest'
import { createSimulator } from '../simulator/simulator.ts'
import type { Paint } from './picture.ts'
import { summarize } from './summary.ts'

type Journey = Parameters<typeof summarize>[0]['journeys'][number]

const plain: Paint = (_style, text) => text
const at = '2026-11-20T10:00:00.000Z'
const effect = (kind: 'call' | 'sms', state: 'done' | 'planned') => ({ key: kind, rule: '1', kind, state, tries: 1 })
const journey = (fields: Partial<Journey> = {}): Journey => ({
  id: 'j1',
  campaign: 'solar-quotes',
  leadId: 'lead_01',
  state: 'done',
  createdAt: at,
  eventId: 'standard_1',
  attempts: [{ number: 1, state: 'ended', intendedAt: at }],
  effects: [effect('call', 'done')],
  steps: [],
  ...fields,
})
const sent = { accepted: 1, duplicates: 1 }

/** What the vendor knows after so many calls and texts to one lead. */
async function truthAfter(calls: number, texts: number) {
  const simulator = await createSimulator({ control: { timeScale: 1e6 } })
  onTestFinished(() => simulator.close())
  const post = (path: string, body: object) =>
    fetch(`${simulator.leadsailUrl}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': 'any' },
      body: JSON.stringify(body),
    })
  for (let call = 0; call < calls; call += 1) {
    await post('/voice/calls/initiate', { leadId: 'lead_01', campaignId: 'SUN' })
  }
  for (let text = 0; text < texts; text += 1) await post('/sms/send', { leadId: 'lead_01', message: 'Hello' })
  return simulator.truth()
}

async function faultsOf(journeys: Journey[], calls: number, texts: number, told = sent): Promise<string[]> {
  const truth = await truthAfter(calls, texts)
  expect(truth.counts).toMatchObject({ calls, texts })
  return summarize({ journeys, truth, sent: told, total: 1, elapsedMs: 30_000 }, plain).faults
}

test('all is well when both sides say the same', async () => {
  const journeys = [journey({ effects: [effect('call', 'done'), effect('sms', 'done')] })]
  expect(await faultsOf(journeys, 1, 1)).toEqual([])
})

test('a call that was placed twice is a fault, though nobody here knows of it', async () => {
  expect(await faultsOf([journey()], 2, 0)).toEqual([
    'calls placed: aftercall says 1, the vendor 2',
    'calls placed: 1 doubled',
  ])
})

test('so is a text that was sent twice', async () => {
  const journeys = [journey({ effects: [effect('call', 'done'), effect('sms', 'done')] })]
  expect(await faultsOf(journeys, 1, 2)).toEqual([
    'texts sent: aftercall says 1, the vendor 2',
    'texts sent: 1 doubled',
  ])
})

test('and whoever is not done, or waits for a person', async () => {
  expect(await faultsOf([journey({ state: 'in_call' })], 1, 0)).toEqual(['Ava (lead_01) is not done: in_call'])
  expect(await faultsOf([journey({ state: 'parked' })], 1, 0)).toEqual(['Ava (lead_01) is parked'])
})

test('and a webhook that was lost, or a duplicate that was none', async () => {
  expect(await faultsOf([], 0, 0, { accepted: 0, duplicates: 1 })).toEqual(['1 of 1 webhooks were not taken'])
  expect(await faultsOf([journey(), journey({ id: 'j2', effects: [] })], 1, 0)).toEqual(['1 webhooks made 2 journeys'])
  expect(await faultsOf([journey()], 1, 0, { accepted: 1, duplicates: 0 })).toEqual([
    '0 deliveries were answered as duplicates, not 1',
  ])
})
