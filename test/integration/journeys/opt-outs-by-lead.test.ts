import { expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { openLedger } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

/** Opt-outs that name a lead of whom no number is known yet, or none any more. */

const PHONE = '+12025550123'
const OTHER = '+12025550188'
const ENCODED = encodeURIComponent(PHONE)
const answered = { '*': [{ status: 'completed', lengthMs: 10 }] }
const texting = {
  ...plainCampaign,
  followUps: [{ id: 'now', sms: { text: 'Hello', window: '00:00-24:00' } }],
}
const solar = { ...texting, id: 'solar', trigger: {}, account: { campaignId: 'SOL' } }
const start = () => startStage({ campaigns: [texting, solar], control: { scripts: answered } })

const rows = async (stage: Stage) =>
  (await stage.api<{ suppressions: Record<string, unknown>[] }>('/suppressions')).body.suppressions
const send = async (stage: Stage, type: string, data: object) =>
  stage.event(String((await stage.send(type, { ...data })).body['eventId']))
const write = (stage: Stage, text: string, more: object) => send(stage, 'text.received', { text, ...more })
const truth = (stage: Stage) => [stage.simulator.truth().calls.length, stage.simulator.truth().texts.length]
const suppressed = { state: 'stopped', reason: 'suppressed' }
const HOLDS = /holds for the lead’s number as soon as one is known/

const waysIn: Record<string, (stage: Stage) => Promise<unknown>> = {
  'a webhook of the vendor': stage => stage.lead('later_1', { phone: PHONE }),
  'a standard webhook': stage => stage.send('call.requested', { campaign: 'roof', leadId: 'later_1', phone: PHONE }),
  'the API': stage => stage.api('/journeys', { json: { campaign: 'roof', leadId: 'later_1', phone: PHONE } }),
  'a list': async stage => {
    await stage.api('/campaigns/solar/leads', {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
      body: `leadId,phone\nlater_1,${PHONE}\n`,
    })
    await stage.api('/campaigns/solar/start', { method: 'POST' })
  },
  "a number of the vendor's record": async stage => {
    stage.simulator.control({ leads: [{ leadId: 'later_1', phone: PHONE }] })
    await stage.lead('later_1')
  },
}

test.each(Object.entries(waysIn))('a lead who opted out before is not reached by %s', async (_name, bring) => {
  const stage = await start()
  const event = await send(stage, 'lead.opted_out', { leadId: 'later_1' })
  expect(event).toMatchObject({ state: 'processed', reason: expect.stringMatching(HOLDS), journeys: [] })
  expect(await rows(stage)).toEqual([])

  await bring(stage)
  expect(await stage.journey('later_1', isOver)).toMatchObject(suppressed)
  expect(await rows(stage)).toMatchObject([
    { phone: PHONE, channels: ['voice', 'sms'], reason: 'opted out', by: `event ${event.id}` },
  ])
  expect(truth(stage)).toEqual([0, 0])
})

test('an opt-out of texts alone leaves the calls', async () => {
  const stage = await start()
  await send(stage, 'lead.opted_out', { leadId: 'later_1', channels: ['sms'] })
  await stage.lead('later_1', { phone: PHONE })
  const journey = await stage.journey('later_1', isOver)
  expect(journey.effects).toMatchObject([{ kind: 'call' }, { rule: 'now', state: 'skipped', why: 'suppressed' }])
  expect(truth(stage)).toEqual([1, 0])
})

test.each([
  ['STOP', {}, 'opted out by text', undefined],
  ['please do not contact me again', {}, 'a text reads like an opt-out', true],
  ['STOP', { phone: '12' }, 'opted out by text', undefined],
])('a text by lead alone: %s', async (text, more, reason, inferred) => {
  const stage = await start()
  const event = await write(stage, text, { leadId: 'later_1', ...more })
  expect(event).toMatchObject({ state: 'processed', reason: expect.stringMatching(HOLDS) })
  await stage.lead('later_1', { phone: PHONE })
  expect(await stage.journey('later_1', isOver)).toMatchObject(suppressed)
  const [row] = await rows(stage)
  expect(row).toMatchObject({ phone: PHONE, channels: ['voice', 'sms'], reason })
  expect(row?.['inferred']).toBe(inferred)
  expect(row?.['words']).toBe(inferred && text)
  expect(truth(stage)).toEqual([0, 0])
})

test('START by lead alone takes back what the lead wrote and nothing else', async () => {
  const stage = await start()
  await write(stage, 'STOP', { leadId: 'later_1' })
  expect(await write(stage, 'START', { leadId: 'later_1' })).toMatchObject({ state: 'processed', reason: 'opt-in' })
  await stage.lead('later_1', { phone: PHONE })
  await stage.journey('later_1', isOver)
  expect(truth(stage)).toEqual([1, 1])

  await send(stage, 'lead.opted_out', { leadId: 'later_2' })
  await write(stage, 'STOP', { leadId: 'later_2' })
  await write(stage, 'START', { leadId: 'later_2' })
  await stage.lead('later_2', { phone: OTHER })
  expect(await stage.journey('later_2', isOver)).toMatchObject(suppressed)

  // In the order in which it was written, whatever the order in which it came; of the same moment STOP is the last.
  const at = (minutes: number) => new Date(stage.clock.now() - minutes * 60_000).toISOString()
  const moment = at(5)
  await write(stage, 'START', { leadId: 'later_3', sentAt: moment })
  await write(stage, 'STOP', { leadId: 'later_3', sentAt: moment })
  expect(await write(stage, 'START', { leadId: 'later_3', sentAt: moment })).toMatchObject({ state: 'ignored' })
  await write(stage, 'STOP', { leadId: 'later_4', sentAt: at(9) })
  await write(stage, 'START', { leadId: 'later_4', sentAt: at(7) })
  expect(await write(stage, 'STOP', { leadId: 'later_4', sentAt: at(8) })).toMatchObject({ state: 'ignored' })
  await stage.lead('later_3', { phone: '+12025550133' })
  await stage.lead('later_4', { phone: '+12025550144' })
  expect(await stage.journey('later_3', isOver)).toMatchObject(suppressed)
  expect(await stage.journey('later_4', isOver)).toMatchObject({ state: 'done' })
})

test('what an operator took away from the number stays away, until the lead opts out anew', async () => {
  const stage = await start()
  await send(stage, 'lead.opted_out', { leadId: 'later_1' })
  await write(stage, 'STOP', { leadId: 'later_1' })
  await stage.lead('later_1', { phone: PHONE })
  await stage.journey('later_1', isOver)
  const [row] = await rows(stage)
  expect(row?.['reasons']).toHaveLength(2)
  expect((await stage.api(`/suppressions/${ENCODED}`, { method: 'DELETE' })).status).toBe(204)

  const ask = (leadId: string, phone: string) =>
    stage.api('/journeys', { json: { campaign: 'roof', leadId, phone, force: true } })
  await ask('later_1', PHONE)
  expect(await stage.journey('later_1', journey => isOver(journey) && journey.state === 'done')).toBeDefined()
  expect(await rows(stage)).toEqual([])
  // Another number of the same lead is one that nobody has released.
  await ask('later_1', OTHER)
  await stage.journey('later_1', journey => isOver(journey) && journey.reason === 'suppressed')
  expect((await rows(stage)).map(({ phone }) => phone)).toEqual([OTHER])

  await send(stage, 'lead.opted_out', { leadId: 'later_1' })
  expect((await rows(stage)).map(({ phone }) => phone).sort()).toEqual([PHONE, OTHER])
})

test('a number that was known is released for good as well', async () => {
  const stage = await start()
  await stage.lead('lead_1', { phone: PHONE })
  await stage.journey('lead_1', isOver)
  expect(await send(stage, 'lead.opted_out', { leadId: 'lead_1' })).not.toHaveProperty('reason')
  await write(stage, 'STOP', { leadId: 'lead_1' })
  expect(await rows(stage)).toMatchObject([{ phone: PHONE }])
  await stage.api(`/suppressions/${ENCODED}`, { method: 'DELETE' })
  await stage.api('/journeys', { json: { campaign: 'roof', leadId: 'lead_1', phone: PHONE, force: true } })
  await eventually(() => expect(truth(stage)).toEqual([2, 2]))
  expect(await rows(stage)).toEqual([])
})

test('a lead whose journeys are past their retention is not reached either, and START finds the number', async () => {
  const stage = await start()
  const ledger = await openLedger(stage.env, stage.clock)
  await send(stage, 'lead.opted_out', { leadId: 'given_1' })
  for (const [leadId, phone] of [
    ['lead_1', PHONE],
    ['lead_2', '+12025550124'],
    ['given_1', '+12025550125'],
  ]) {
    await stage.lead(String(leadId), { phone })
    await stage.journey(String(leadId), isOver)
  }
  await stage.api(`/suppressions/${encodeURIComponent('+12025550125')}`, { method: 'DELETE' })
  expect((await ledger.retention.removeBefore(stage.clock.now() + 1)).journeys).toBe(3)

  const event = await send(stage, 'lead.opted_out', { leadId: 'lead_1' })
  expect(event).toMatchObject({ state: 'processed', reason: expect.stringMatching(HOLDS) })
  await write(stage, 'STOP', { leadId: 'lead_2' })
  await send(stage, 'lead.opted_out', { leadId: 'given_1' })
  const ask = (leadId: string, phone: string) =>
    stage.api('/journeys', { json: { campaign: 'roof', leadId, phone, force: true } })
  await ask('lead_1', PHONE)
  await ask('lead_2', '+12025550124')
  await ask('given_1', '+12025550125')
  for (const leadId of ['lead_1', 'lead_2', 'given_1']) {
    expect(await stage.journey(leadId, isOver)).toMatchObject(suppressed)
  }
  expect(truth(stage)).toEqual([2, 2])

  // The only number that this lead was ever known by, though nothing else says so any more.
  await ledger.retention.removeBefore(stage.clock.now() + 1)
  await write(stage, 'START', { leadId: 'lead_2' })
  expect((await rows(stage)).map(({ phone }) => phone).sort()).toEqual([PHONE, '+12025550125'])
})

test('whoever opts out while the journey is being opened is not called, or was called before it was said', async () => {
  const stage = await start()
  const leads = Array.from({ length: 40 }, (_, index) => ({
    leadId: `racing_${index}`,
    phone: `+1202555${String(1_000 + index)}`,
  }))
  const events = await Promise.all(
    leads.map(async ({ leadId, phone }) => {
      const [, said] = await Promise.all([stage.lead(leadId, { phone }), stage.send('lead.opted_out', { leadId })])
      return String(said.body['eventId'])
    }),
  )
  for (const event of events) expect(await stage.event(event)).toMatchObject({ state: 'processed' })
  for (const { leadId } of leads) await stage.journey(leadId, isOver)
  const found = await rows(stage)
  expect(found.map(({ phone }) => phone).sort()).toEqual(leads.map(({ phone }) => phone).sort())
})
