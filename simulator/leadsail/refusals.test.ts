import { expect, test } from 'vitest'
import type { ControlInput } from '../control.ts'
import { startBench } from '../testing.ts'

const call = '/voice/calls/initiate'
const leads: ControlInput['leads'] = [
  { leadId: 'nophone', phone: null },
  { leadId: 'badphone', phone: '+1212' },
  { leadId: 'dnc', dnc: true },
  { leadId: 'nosms', dnc: ['sms'] },
]
const lead = { firstName: 'A', lastName: 'B', email: 'a@example.com', phone: '212 555 0123' }
const pixel = { leadId: 'x', pixelId: '1', platform: 'tiktok', eventName: 'Lead' }

const refusals: [name: string, path: string, body: unknown, status: number, code: string, detail?: RegExp][] = [
  ['no lead id', call, {}, 400, 'VALIDATION_ERROR', /leadId/],
  ['no body', call, '', 400, 'VALIDATION_ERROR'],
  ['a number that is not E.164', call, { leadId: 'x', phone: '2125550123' }, 400, 'VALIDATION_ERROR', /phone/],
  ['a number that does not exist', call, { leadId: 'x', phone: '+10005550123' }, 400, 'VALIDATION_ERROR', /E\.164/],
  ['a lead without a number', call, { leadId: 'nophone' }, 400, 'VALIDATION_ERROR', /E\.164/],
  ['a lead with a bad number', call, { leadId: 'badphone' }, 400, 'VALIDATION_ERROR', /E\.164/],
  ['an inactive campaign', call, { leadId: 'x', campaignId: 'OFF' }, 400, 'VALIDATION_ERROR', /not active/],
  ['a campaign without agent', call, { leadId: 'x', campaignId: 'MUTE' }, 400, 'VALIDATION_ERROR', /voice agent/],
  ['a campaign without number', call, { leadId: 'x', campaignId: 'BARE' }, 400, 'MISSING_PHONE_NUMBER'],
  ['do not call', call, { leadId: 'dnc' }, 400, 'VALIDATION_ERROR', /Do Not Call/],
  ['a direction', call, { leadId: 'x', direction: 'up' }, 400, 'VALIDATION_ERROR', /direction/],
  ['an empty text', '/sms/send', { leadId: 'x', message: '' }, 400, 'VALIDATION_ERROR', /message/],
  ['a long text', '/sms/send', { leadId: 'x', message: 'x'.repeat(1601) }, 400, 'VALIDATION_ERROR', /message/],
  ['an unknown thread', '/sms/send', { leadId: 'x', message: 'hi', interactionId: 'int_no' }, 404, 'NOT_FOUND'],
  ['a text to nowhere', '/sms/send', { leadId: 'nophone', message: 'hi' }, 400, 'VALIDATION_ERROR', /to/],
  ['a platform', '/pixels/fire', { ...pixel, platform: 'x' }, 400, 'VALIDATION_ERROR', /platform/],
  ['a currency', '/pixels/fire', { ...pixel, currency: 'Dollar' }, 400, 'VALIDATION_ERROR', /currency/],
  ['a value', '/pixels/fire', { ...pixel, eventValue: '5' }, 400, 'VALIDATION_ERROR', /eventValue/],
  ['an action source', '/pixels/fire', { ...pixel, actionSource: 'fax' }, 400, 'VALIDATION_ERROR', /actionSource/],
  ['no leads', '/leads/send-to-auto-dialer', { leadIds: [] }, 400, 'VALIDATION_ERROR', /leadIds/],
  ['201 leads', '/leads/send-to-auto-dialer', { leadIds: Array(201).fill('x') }, 400, 'VALIDATION_ERROR', /leadIds/],
  ['an unknown field', '/leads/submit', { campaignId: 'HXZ', ...lead, extra: 1 }, 400, 'VALIDATION_ERROR', /extra/],
  ['a new lead without contact', '/leads/submit', { campaignId: 'HXZ' }, 400, 'VALIDATION_ERROR', /required/],
  ['a long campaign code', '/leads/submit', { campaignId: 'HXZHXZ', ...lead }, 400, 'VALIDATION_ERROR', /campaignId/],
  ['a short number', '/leads', { campaignId: 'HXZ', ...lead, phone: '555 0123' }, 400, 'VALIDATION_ERROR', /phone/],
  ['a zone', '/leads', { campaignId: 'HXZ', ...lead, timezone: 'Mars/One' }, 400, 'VALIDATION_ERROR', /timezone/],
]

test.each(refusals)('refuses %s', async (_name, path, body, status, code, detail) => {
  const bench = await startBench({
    leads,
    campaigns: { OFF: { active: false }, MUTE: { voiceAgent: false }, BARE: { phoneNumber: null } },
  })
  const answer = await bench.post(path, body)
  expect(answer.status).toBe(status)
  expect(answer.body).toMatchObject({ success: false, error: { code, message: expect.any(String) } })
  if (detail !== undefined) expect(answer.body.error.details?.join()).toMatch(detail)
  expect(bench.simulator.truth().counts).toEqual({ calls: 0, texts: 0, pixels: 0, writes: 0 })
})

test('a text to a lead on the SMS list goes out: LeadSail does not say that it checks', async () => {
  const bench = await startBench({ leads })
  expect((await bench.post('/sms/send', { leadId: 'nosms', message: 'hi' })).status).toBe(200)
  expect((await bench.post(call, { leadId: 'nosms' })).status).toBe(200)
})

test('the key: any, one of several, none', async () => {
  const bench = await startBench()
  const withKey = async (headers: Record<string, string>) => (await bench.request('GET', '/leads', { headers })).status
  expect(await withKey({})).toBe(401)
  expect(await withKey({ 'x-api-key': '' })).toBe(401)
  expect(await withKey({ 'x-api-key': 'anything' })).toBe(200)
  bench.simulator.control({ apiKeys: { leadsail: ['one', 'two'] } })
  expect([await withKey({ 'x-api-key': 'two' }), await withKey({ 'x-api-key': 'anything' })]).toEqual([200, 401])
  const refused = await bench.request('POST', call, { headers: {}, body: JSON.stringify({ leadId: 'x' }) })
  expect(await refused.json()).toEqual({
    success: false,
    error: { code: 'UNAUTHORIZED', message: 'Authentication required' },
  })
})

test('unknown leads and campaigns are not found when the control says so', async () => {
  const bench = await startBench({ autoCreateLeads: false, autoCreateCampaigns: false, campaigns: { HXZ: {} } })
  bench.simulator.control({ leads: [{ leadId: 'here' }] })
  const statusOf = async (body: object) => (await bench.post(call, body)).status
  expect(await statusOf({ leadId: 'gone' })).toBe(404)
  expect(await statusOf({ leadId: 'here', campaignId: 'NO' })).toBe(404)
  expect(await statusOf({ leadId: 'here', campaignId: 'HXZ' })).toBe(200)
  expect((await bench.get('/leads/gone')).body.error.code).toBe('NOT_FOUND')
  expect((await bench.get('/interactions/lead/gone')).status).toBe(404)
  expect((await bench.post('/pixels/fire', { ...pixel, leadId: 'gone' })).status).toBe(404)
  expect((await bench.post('/sms/send', { leadId: 'gone', message: 'hi' })).status).toBe(404)
  expect((await bench.patch('/submissions/sub_gone', { status: 'x' })).status).toBe(404)
})

test('broken JSON, unknown paths and oversized bodies are refused in the envelope', async () => {
  const bench = await startBench()
  const broken = await bench.request('POST', call, { body: '{"leadId":' })
  expect([broken.status, await broken.json()]).toMatchObject([400, { error: { code: 'VALIDATION_ERROR' } }])
  expect((await bench.get('/nowhere')).body.error.code).toBe('NOT_FOUND')
  const long = await bench.request('POST', call, { body: 'x'.repeat(2_000_000) })
  expect([long.status, await long.json()]).toMatchObject([413, { success: false }])
})

test('the dialer rules hold for direct calls when they are set', async () => {
  const bench = await startBench({
    leads: [{ leadId: 'lead_1', timezone: 'America/New_York' }],
    leadsail: { autoDialer: { hours: { from: '09:00', to: '20:00' }, minGapMs: 60_000, maxAttempts: 2 } },
  })
  const detail = async () => (await bench.post(call, { leadId: 'lead_1' })).body.error?.details?.[0]
  expect(await detail()).toBeUndefined()
  bench.advance(59_999)
  expect(await detail()).toMatch(/gap/)
  bench.advance(1)
  expect(await detail()).toBeUndefined()
  bench.advance(60_000)
  expect(await detail()).toMatch(/attempts/)
  bench.advance(10 * 3_600_000)
  expect(await detail()).toMatch(/hours/)
})
