import { expect, test } from 'vitest'
import { loadCampaign } from '../campaigns/load.ts'
import { checkBudget, demandOf } from './check-budget.ts'

function campaign(fields: Record<string, unknown> = {}) {
  const file = {
    ...{ id: 'roof', name: 'Roof', provider: 'leadsail', account: { campaignId: 'HXZ' } },
    ...{ trigger: { events: ['lead.processed'] }, dial: { timezone: 'America/New_York' } },
    ...fields,
  }
  const loaded = loadCampaign(JSON.stringify(file), 'roof.yaml')
  if ('faults' in loaded) throw new Error(JSON.stringify(loaded.faults))
  return loaded.campaign
}

const pace = (callsPerSecond: number, maxLive: number) => ({
  dial: { timezone: 'America/New_York', pace: { callsPerSecond, maxLive } },
})
const pixel = { via: 'meta', pixelId: '1', event: 'Lead' }

test('a campaign asks for as much as its slower limit allows', () => {
  const fast = demandOf(campaign(pace(1000, 45))).get('leadsail') ?? 0
  // Read, placed, looked at 20, 25, 31, 39 and 49 s after it was placed, and once more.
  expect(fast).toBeCloseTo(1 * (2 + 6), 5)
  expect(demandOf(campaign(pace(0.5, 1000))).get('leadsail')).toBeCloseTo(fast / 2, 5)
})

test('every rule counts at the account through which it goes', () => {
  const followUps = [
    { id: 'text', sms: { text: 'Hi' } },
    { id: 'pixel', pixel },
  ]
  const plain = demandOf(campaign(pace(1, 1000)))
  const more = demandOf(campaign({ ...pace(1, 1000), followUps, writeBack: { lead: true, submission: true } }))
  expect((more.get('leadsail') ?? 0) - (plain.get('leadsail') ?? 0)).toBeCloseTo(3, 5)
  expect(more.get('meta')).toBeCloseTo(1, 5)
  expect(plain.get('meta')).toBeUndefined()
})

test('a hand-over asks for nothing: the pace is the vendor’s', () => {
  expect(demandOf(campaign({ mode: 'handover' })).size).toBe(0)
})

test('accounts are judged by the sum of all campaigns', () => {
  const one = campaign(pace(1, 1000))
  const [own = 0] = demandOf(one).values()
  const two = [one, { ...one, id: 'solar' }]
  expect(checkBudget([one], { leadsail: own })).toMatchObject([{ state: 'good' }])
  expect(checkBudget(two, { leadsail: own })).toMatchObject([
    { state: 'bad', what: expect.stringContaining('roof, solar at full pace') },
  ])
  expect(checkBudget(two, { leadsail: 2 * own, meta: 1 })).toMatchObject([{ state: 'good' }])
})
