import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import {
  act,
  createdLeads,
  creation,
  importNew,
  journeysOf,
  listCampaign,
  onlyJourney,
  people,
  phoneOf,
  startListStage,
} from '../../support/new-leads.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const pixel = {
  id: 'lead-pixel',
  pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead', once: 'lead' },
}
const text = {
  id: 'thanks',
  sms: { text: 'Hi {{ lead.firstName }}, about {{ lead.fields.roof }}', window: '00:00-24:00' },
}

test('people the vendor does not know are created when they are called, and are known by their id from then on', async () => {
  const stage = await startListStage({ followUps: [text, pixel] })
  expect((await importNew(stage, people(2))).body).toMatchObject({ accepted: 2, duplicates: 0, rejected: 0 })
  const waiting = await journeysOf(stage)
  expect(waiting).toMatchObject([
    { leadId: '', state: 'scheduled' },
    { leadId: '', state: 'scheduled' },
  ])
  await act(stage, 'start')
  await eventually(async () => expect((await stage.campaign('list')).progress).toMatchObject({ total: 2, done: 2 }))

  const created = createdLeads(stage.simulator)
  expect(created.map(({ phone }) => phone).sort()).toEqual([phoneOf(0), phoneOf(1)])
  expect(stage.simulator.truth().writes[0]?.fields).toMatchObject({ campaignId: 'HXZ', lastName: 'Lee' })
  const { calls, texts, pixels } = stage.simulator.truth()
  for (const { leadId, phone } of created) {
    expect(calls.filter(call => call.leadId === leadId)).toMatchObject([{ phone }])
    expect(texts.filter(sent => sent.leadId === leadId)).toMatchObject([{ to: phone }])
    expect(pixels.filter(fired => fired.leadId === leadId)).toHaveLength(1)
    const journey = await stage.journey(leadId, isOver)
    expect(journey.effects.map(({ key }) => key)).toEqual([
      `lead:${journey.id}`,
      `call:${journey.id}:1`,
      `sms:${journey.id}:thanks`,
      `pixel:leadsail/${leadId}:list/lead-pixel`,
    ])
    expect(journey.timeline.map(({ what }) => what)).toEqual([
      'journey.opened',
      'lead.intended',
      'lead.done',
      'call.intended',
      'call.done',
      'call.ended',
      ...['sms.planned', 'pixel.planned'],
      ...journey.timeline.slice(8).map(({ what }) => what),
    ])
  }
  const exported = await fetch(`${stage.url}/api/v1/campaigns/list/export`)
  const lines = (await exported.text()).trim().split('\r\n').slice(1)
  expect(lines.map(line => line.split(',')[0]).sort()).toEqual(created.map(({ leadId }) => leadId).sort())
  expect(JSON.stringify(stage.lines)).not.toMatch(/Ann0|ann0@|2122000000/)
})

test('whatever goes wrong at the vendor, everybody is created at most once and called exactly once', async () => {
  const count = 60
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 200, maxLive: 50 } }
  const stage = await startListStage(
    { dial },
    {
      control: {
        faults: [
          { match: creation, kind: 'status', status: 502, share: 0.1 },
          { match: creation, kind: 'status', status: 503, share: 0.1, afterCommit: true },
          { match: creation, kind: 'reset_after', share: 0.1 },
          { match: { method: 'POST', path: '/voice/calls/initiate' }, kind: 'reset_after', share: 0.1 },
        ],
      },
    },
  )
  expect((await importNew(stage, people(count))).body).toMatchObject({ accepted: count })
  await act(stage, 'start')
  await eventually(async () => expect((await stage.campaign('list')).progress.done).toBe(count), { timeoutMs: 25_000 })
  const { calls, faults } = stage.simulator.truth()
  for (const { fired } of faults) expect(fired).toBeGreaterThan(0)
  const created = createdLeads(stage.simulator)
  expect(new Set(created.map(({ phone }) => phone)).size).toBe(created.length)
  expect(created).toHaveLength(count)
  expect(calls.map(({ phone }) => phone).sort()).toEqual(Array.from({ length: count }, (_, at) => phoneOf(at)).sort())
  const leadOf = new Map(created.map(({ phone, leadId }) => [phone, leadId]))
  for (const { phone, leadId } of calls) expect(leadId).toBe(leadOf.get(phone))
}, 40_000)

describe('nobody is created who is not to be called', () => {
  test('in a draft, under a pause, or with the number suppressed', async () => {
    const stage = await startListStage()
    await stage.send('lead.opted_out', { phone: phoneOf(0) })
    await importNew(stage, people(1))
    await stage.api('/pause', { method: 'POST' })
    await act(stage, 'start')
    await act(stage, 'pause')
    await stage.api('/resume', { method: 'POST' })
    await importNew(stage, people(1, 1))
    await eventually(async () => expect((await stage.campaign('list')).progress.scheduled).toBe(2))
    expect(stage.simulator.truth().requests.byRoute['POST /leads']).toBeUndefined()
    await act(stage, 'resume')
    await eventually(async () =>
      expect((await stage.campaign('list')).progress).toMatchObject({ stopped: 1, done: 1, total: 2 }),
    )
    expect(createdLeads(stage.simulator)).toMatchObject([{ phone: phoneOf(1) }])
    const [stopped] = (await journeysOf(stage)).filter(({ state }) => state === 'stopped')
    expect(stopped).toMatchObject({ leadId: '', reason: 'suppressed', attempts: [] })
    expect(stopped?.effects.map(({ kind, state }) => [kind, state])).toEqual([
      ['lead', 'skipped'],
      ['call', 'skipped'],
    ])
  })

  test('outside the calling window; at its opening everybody is created and called', async () => {
    const hour = 3_600_000
    const clockTime = (hours: number) => new Date(Date.now() + hours * hour).toISOString().slice(11, 16)
    const dial = { ...plainCampaign.dial, windows: { 'mon-sun': `${clockTime(2)}-${clockTime(4)}` } }
    const stage = await startListStage({ dial })
    await importNew(stage, `phone,firstName,lastName,email,timezone\n${phoneOf(0)},Ann,Lee,ann@example.com,UTC`)
    await act(stage, 'start')
    await onlyJourney(stage, ({ steps }) => steps[0]?.why === 'window')
    expect(stage.simulator.truth().requests.byRoute['POST /leads']).toBeUndefined()
    stage.clock.advance(2 * hour)
    expect(await onlyJourney(stage, isOver)).toMatchObject({ state: 'done' })
    expect(createdLeads(stage.simulator)).toHaveLength(1)
  })

  test('a journey that is cancelled before its first call', async () => {
    const stage = await startListStage()
    await importNew(stage, people(1))
    const { id } = await onlyJourney(stage, ({ state }) => state === 'scheduled')
    await stage.api(`/journeys/${id}/cancel`, { method: 'POST' })
    await act(stage, 'start')
    await eventually(async () => expect((await stage.campaign('list')).status).toBe('done'))
    expect(await onlyJourney(stage, isOver)).toMatchObject({ state: 'stopped', reason: 'cancelled' })
    expect(stage.simulator.truth().requests.byRoute['POST /leads']).toBeUndefined()
  })
})

test('a refusal ends the journey and says why; a place it held is free again', async () => {
  const body = { success: false, error: { code: 'VALIDATION_ERROR', message: 'no such mailbox' } }
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1000, maxLive: 1 } }
  const stage = await startListStage(
    { dial },
    { control: { faults: [{ match: creation, kind: 'status', status: 400, body, times: 1 }] } },
  )
  await importNew(stage, people(2))
  await act(stage, 'start')
  await eventually(async () =>
    expect((await stage.campaign('list')).progress).toMatchObject({ stopped: 1, done: 1, total: 2 }),
  )
  const [refused] = (await journeysOf(stage)).filter(({ state }) => state === 'stopped')
  expect(refused).toMatchObject({ leadId: '', reason: 'refused', reasonDetail: 'VALIDATION_ERROR', attempts: [] })
  expect(refused?.effects).toMatchObject([
    { kind: 'lead', state: 'refused', error: { message: expect.stringContaining('no such mailbox') } },
    { kind: 'call', state: 'skipped' },
  ])
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('a throttled or absent vendor is asked again, and a refused key stops the campaign until it is mended', async () => {
  const stage = await startListStage(
    {},
    {
      control: {
        faults: [
          { match: creation, kind: 'status', status: 429, retryAfter: 1, times: 1 },
          { match: creation, kind: 'status', status: 401, times: 1 },
        ],
      },
    },
  )
  await importNew(stage, people(1))
  await act(stage, 'start')
  await eventually(async () => expect((await stage.campaign('list')).status).toBe('paused'))
  const campaign = await stage.campaign('list')
  const { id } = await onlyJourney(stage, ({ state }) => state === 'scheduled')
  expect(campaign).toMatchObject({
    why: 'LeadSail refused the API key',
    breaker: { calls: [{ effect: `lead:${id}` }] },
  })
  await act(stage, 'resume')
  const journey = await onlyJourney(stage, isOver, 20_000)
  expect(journey).toMatchObject({
    state: 'done',
    effects: [{ kind: 'lead', state: 'done', tries: 3 }, { state: 'done' }],
  })
  expect(createdLeads(stage.simulator)).toHaveLength(1)
}, 30_000)

describe('the list', () => {
  const fixtures = join(import.meta.dirname, '../../fixtures/imports/new-leads')
  const { timezone: _, ...dial } = plainCampaign.dial

  test('what is sound is taken, what is not is told; a dry run says the same and a second time adds nothing', async () => {
    const names = readdirSync(fixtures).filter(name => /\.(csv|ndjson)$/.test(name))
    expect(names.length).toBeGreaterThan(2)
    const idOf = (name: string) => name.replace('.', '-')
    const stage = await startStage({ campaigns: names.map(name => ({ ...listCampaign, dial, id: idOf(name) })) })
    for (const name of names) {
      const content = readFileSync(join(fixtures, name))
      const how = { campaign: idOf(name), type: name.endsWith('.csv') ? 'text/csv' : 'application/x-ndjson' }
      const dry = await importNew(stage, content, { ...how, query: 'createLeads=true&dryRun=true' })
      expect((await stage.campaign(idOf(name))).progress.total, name).toBe(0)
      const answer = await importNew(stage, content, how)
      expect(dry, name).toEqual(answer)
      const report = `${JSON.stringify(answer.body, null, 2)}\n`
      await expect(report).toMatchFileSnapshot(join(fixtures, `${name}.report.json`))
      const again = await importNew(stage, content, how)
      const { accepted, duplicates } = answer.body
      expect(again.body, name).toMatchObject({ accepted: 0, duplicates: accepted + duplicates })
      expect((await stage.campaign(idOf(name))).progress, name).toMatchObject({ total: accepted, scheduled: accepted })
    }
    expect(stage.simulator.truth().requests.byRoute).toEqual({})
  })

  test('a header that cannot do is refused whole; without createLeads an id is needed, and the fault says what helps', async () => {
    const stage = await startListStage()
    const bad = await importNew(stage, 'phone,firstName,email\n+12125550123,Ann,ann@example.com\n')
    expect(bad).toMatchObject({ status: 400, body: { code: 'NO_HEADER' } })
    expect(bad.body.detail).toContain('phone, firstName, lastName and email are needed')
    const plain = await importNew(stage, people(1), { query: '' })
    expect(plain.status).toBe(400)
    expect(plain.body.detail).toContain('createLeads=true')
    const row = await importNew(stage, 'leadId,phone\n,+12125550123\n', { query: '' })
    expect(row.body.report).toMatchObject([
      { column: 'leadId', reason: 'missing', fix: expect.stringContaining('createLeads=true') },
    ])
  })

  test.each([
    ['provider leadsail', { provider: 'naturalead', account: { channel: 'email' } }],
    ['mode dial', { mode: 'handover' }],
  ])('a campaign without %s creates nobody, and says so', async (needed, campaign) => {
    const stage = await startListStage(campaign)
    const { status, body } = await importNew(stage, people(1))
    expect({ status, ...body }).toMatchObject({ status: 400, code: 'NOT_SUPPORTED' })
    expect(body.detail).toContain(needed)
    expect((await stage.campaign('list')).progress.total).toBe(0)
  })
})

describe('who is known after all', () => {
  test('an event for the number names the lead before it was created: it is called by that name', async () => {
    const stage = await startStage({
      campaigns: [{ ...listCampaign, trigger: { events: ['lead.processed'] } }],
      control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } },
    })
    await act(stage, 'pause')
    await importNew(stage, people(1))
    const { body } = await stage.lead('lead_form', { phone: phoneOf(0) })
    await stage.event(String(body['eventId']), ({ state }) => state === 'joined')
    expect(await stage.journey('lead_form', () => true)).toMatchObject({ leadId: 'lead_form', state: 'scheduled' })
    await act(stage, 'resume')
    const journey = await stage.journey('lead_form', isOver)
    expect(journey.effects).toMatchObject([
      { kind: 'lead', state: 'skipped' },
      { kind: 'call', state: 'done' },
    ])
    expect(createdLeads(stage.simulator)).toEqual([])
    expect(stage.simulator.truth().calls).toMatchObject([{ leadId: 'lead_form', phone: phoneOf(0) }])
  })

  test('a second time through the campaign takes the id of the first', async () => {
    const stage = await startListStage({ trigger: { reentry: 'PT0S' } })
    for (const total of [1, 2]) {
      expect((await importNew(stage, people(1))).body.accepted).toBe(1)
      if (total === 1) await act(stage, 'start')
      await eventually(async () =>
        expect((await stage.campaign('list')).progress).toMatchObject({ total, done: total }),
      )
    }
    const [created, ...more] = createdLeads(stage.simulator)
    expect(more).toEqual([])
    expect(stage.simulator.truth().calls.map(({ leadId }) => leadId)).toEqual([created?.leadId, created?.leadId])
    expect(await stage.journeysOf(created?.leadId ?? '')).toHaveLength(2)
  })
})
