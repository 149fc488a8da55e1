import { isValidPhoneNumber } from 'libphonenumber-js'
import { expect, test } from 'vitest'
import { startBench } from '../testing.ts'
import { numberOf } from './people.ts'

test('an unknown lead is made up: the same for the same seed, whole, and in its own zone', async () => {
  const show = async (seed: number) => {
    const { body } = await (await startBench({}, seed)).get('/leads/lead_abc')
    return body.data
  }
  const lead = await show(1)
  expect(await show(1)).toEqual(lead)
  expect(await show(2)).not.toMatchObject({ phone: lead['phone'] })
  expect(lead).toMatchObject({
    leadId: 'lead_abc',
    email: expect.stringMatching(/@example\.com$/),
    phone: expect.stringMatching(/^\+1\d{3}555\d{4}$/),
    timezone: expect.stringMatching(/^(America|Pacific)\//),
    timezoneSource: 'area_code',
    flags: { isDnc: false },
    attribution: {
      ipAddress: expect.any(String),
      userAgent: expect.stringMatching(/^Mozilla/),
      fbc: expect.stringMatching(/^fb\.1\.\d+\./),
      fbp: expect.stringMatching(/^fb\.1\.\d+\.\d+$/),
      ttclid: expect.any(String),
    },
  })
})

test('20,000 leads have 20,000 valid numbers', () => {
  const phones = new Set<string>()
  for (let index = 0; index < 20_000; index += 1) {
    const { phone } = numberOf(1, `lead_${index}`, known => phones.has(known))
    expect(isValidPhoneNumber(phone)).toBe(true)
    phones.add(phone)
  }
  expect(phones.size).toBe(20_000)
})

test('the control sets leads as they are wanted, good or bad', async () => {
  const bench = await startBench({
    leads: [
      { leadId: 'a', phone: '+442079460958', timezone: 'Europe/London', timezoneSource: 'user_input', dnc: ['sms'] },
      { leadId: 'b', phone: null, timezone: null },
      { leadId: 'c', timezone: 'Not/AZone', attribution: { fbc: 'fb.1.1.x' } },
    ],
  })
  const lead = async (leadId: string) => (await bench.get(`/leads/${leadId}`)).body.data
  expect(await lead('a')).toMatchObject({
    phone: '+442079460958',
    timezone: 'Europe/London',
    timezoneSource: 'user_input',
    flags: { isDnc: true },
  })
  expect(await lead('b')).not.toHaveProperty('phone')
  expect(await lead('b')).not.toHaveProperty('timezone')
  expect(await lead('c')).toMatchObject({
    timezone: 'Not/AZone',
    attribution: { fbc: 'fb.1.1.x', fbp: expect.any(String) },
  })
})

test('leads are created, changed and paged through; writes are in the truth', async () => {
  const bench = await startBench()
  const person = { firstName: 'Ada', lastName: 'Reed', email: 'ada@example.com', phone: '(212) 555-0123' }
  const created = await bench.post('/leads', { campaignId: 'HXZ', ...person, timezone: 'America/New_York' })
  const leadId = String(created.body.data['leadId'])
  const submissionId = String(created.body.data['submissionId'])
  const changed = await bench.patch(`/leads/${leadId}`, {
    status: 'contacted',
    notes: 'called',
    questionnaire: { a: 1, b: 2 },
  })
  expect(changed.body.data).toMatchObject({ ...person, phone: '+12125550123', status: 'contacted', notes: 'called' })
  const cleared = await bench.patch(`/leads/${leadId}`, { deleteQuestionnaireKeys: ['a'] })
  expect(cleared.body.data).toMatchObject({ questionnaire: { b: 2 } })
  expect((await bench.patch(`/leads/${leadId}`, { status: 'happy' })).status).toBe(400)
  const patched = await bench.patch(`/submissions/${submissionId}`, { status: 'accepted', type: 'standard' })
  expect(patched.body.data).toMatchObject({ submissionId, leadId, status: 'accepted' })
  expect((await bench.patch(`/submissions/${submissionId}`, { type: 'odd' })).status).toBe(400)
  expect(bench.simulator.truth().writes.map(({ kind, id }) => [kind, id])).toEqual([
    ['lead', leadId],
    ['lead', leadId],
    ['lead', leadId],
    ['submission', submissionId],
  ])

  for (let index = 0; index < 9; index += 1) await bench.get(`/leads/lead_${index}`)
  const seen: unknown[] = []
  let cursor: unknown = null
  do {
    const { body } = await bench.get(`/leads?limit=4${cursor === null ? '' : `&cursor=${String(cursor)}`}`)
    seen.push(...(body.data['leads'] as { leadId: string }[]).map(lead => lead.leadId))
    cursor = body.data['nextCursor']
    expect(body.data['hasMore']).toBe(cursor !== null)
  } while (cursor !== null)
  expect(seen).toEqual([leadId, ...Array.from({ length: 9 }, (_, index) => `lead_${index}`)])
  expect((await bench.get('/leads?limit=101')).status).toBe(400)
  expect((await bench.get('/leads?search=ada%20reed&status=contacted')).body.data['leads']).toHaveLength(1)
})

test('a list that lags shows who was there then, whatever is asked for', async () => {
  const bench = await startBench({ lists: { lagMs: 1_000 } })
  const person = { firstName: 'Ada', lastName: 'Reed', email: 'ada@example.com', phone: '+12125550123' }
  const { body } = await bench.post('/leads', { campaignId: 'HXZ', ...person })
  const found = async (query: string) => (await bench.get(`/leads?${query}`)).body.data['leads']
  const sought = `search=${encodeURIComponent(person.phone)}&campaignIds=HXZ`
  bench.advance(999)
  expect(await found(sought)).toEqual([])
  bench.advance(1)
  expect(await found(sought)).toMatchObject([
    { leadId: body.data['leadId'], phone: person.phone, createdAt: expect.any(String) },
  ])
  expect(await found(sought.replace('HXZ', 'SUN'))).toEqual([])
  expect(await found('search=%2B12125550124&campaignIds=HXZ')).toEqual([])
  expect(bench.simulator.truth().writes).toMatchObject([{ kind: 'lead', created: true }])
})

test('an ended call changes the status of its lead', async () => {
  const bench = await startBench({
    scripts: {
      '*': [
        { status: 'no_answer', lengthMs: 100 },
        { status: 'follow_up', lengthMs: 100 },
      ],
    },
  })
  const status = async () => (await bench.get('/leads/lead_1')).body.data['status']
  await bench.call('lead_1')
  expect(await status()).toBe('new')
  bench.advance(100)
  expect(await status()).toBe('no_answer')
  await bench.call('lead_1')
  bench.advance(100)
  expect(await status()).toBe('contacted')
  bench.advance(1)
  await bench.patch('/leads/lead_1', { status: 'qualified' })
  expect(await status()).toBe('qualified')
})

test('campaigns are listed', async () => {
  const bench = await startBench({ campaigns: { HXZ: { name: 'Roofs' }, OFF: { active: false } } })
  const { body } = await bench.get('/campaigns?active=true')
  expect(body.data).toMatchObject({ total: 1, campaigns: [{ campaignId: 'HXZ', name: 'Roofs', active: true }] })
})
