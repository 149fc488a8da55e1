import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { sealAnew } from '../../../src/queues/seal-anew.ts'
import { eventually } from '../../support/eventually.ts'
import { expectNowhere } from '../../support/plain-scan.ts'
import { runJob } from '../../support/run-job.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const dataKey = () => randomBytes(32).toString('base64')
const phone = '+12025550123'
const person = { firstName: 'Zebulon', lastName: 'Quickfoot', email: 'zeb.quickfoot@example.com', phone }
/** A number in a list that nobody can call, as it was written there. */
const mistyped = '555-01999-Quickfoot'
const plain = [
  '2025550123',
  '2025550144',
  '2025550166',
  'Zebulon',
  'Quickfoot',
  'zeb.quickfoot',
  'Maybe',
  'not-a-number',
]

const busy = {
  ...plainCampaign,
  followUps: [
    { id: 'thanks', when: { outcome: ['qualified'] }, sms: { text: 'Hi {{ lead.firstName }}', window: '00:00-24:00' } },
    { id: 'pixel', when: { outcome: ['qualified'] }, pixel: { via: 'meta', pixelId: '1', event: 'Lead' } },
  ],
}

const refused = { error: { code: 100, type: 'OAuthException', message: 'Invalid parameter' } }

/** Whatever may hold personal data has some by then. */
async function startBusy(env: Record<string, string>): Promise<Stage> {
  const stage = await startStage({
    campaigns: [busy],
    env,
    control: {
      scripts: { '*': [{ status: 'qualified', lengthMs: 10, summary: 'Zebulon wants a quote' }] },
      faults: [{ match: { path: '/events' }, kind: 'status', status: 400, body: refused }],
    },
  })
  await stage.lead('lead_zeb', person)
  await stage.journey('lead_zeb', isOver)
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'lead_two',
    phone: '+12025550144',
    firstName: 'Zebulon',
  })
  await stage.journey('lead_two', isOver)
  await stage.send('text.received', { phone: '+12025550144', text: 'Maybe you should leave me alone, thanks' })
  await stage.send('text.received', { leadId: 'lead_without_number', text: 'Maybe you should leave me alone, Zebulon' })
  await eventsTaken(stage)
  await stage.api('/suppressions', { json: { phone: '+12025550166' } })
  await stage.lead('', { ...person, phone: 'not-a-number' })
  const list = `leadId,phone\nlead_3,${mistyped}\nlead_4,+12025550144\n`
  const headers = { 'content-type': 'text/csv' }
  await stage.api('/campaigns/roof/leads', { method: 'POST', headers, body: list })
  await eventsTaken(stage)
  return stage
}

async function eventsTaken(stage: Stage): Promise<void> {
  await eventually(async () => {
    const { body } = await stage.api<{ events: { state: string }[] }>('/events')
    return body.events.every(({ state }) => state !== 'received')
  })
}

/** Everything that is sealed, opened. */
async function expectReadable(stage: Stage): Promise<void> {
  const { body: found } = await stage.api<{ journeys: { id: string; eventId: string }[] }>('/journeys?leadId=lead_zeb')
  const [journey] = found.journeys
  const page = await (await fetch(`${stage.url}/dashboard/journeys/${journey?.id}`)).text()
  for (const word of ['Zebulon', phone, 'Hi Zebulon', 'wants a quote']) expect(page).toContain(word)
  const raw = await (await fetch(`${stage.url}/api/v1/events/${journey?.eventId}/raw`)).text()
  expect(JSON.parse(raw)).toMatchObject({ leadId: 'lead_zeb', data: person })
  const { body: numbers } = await stage.api<{ suppressions: { phone: string; words?: string }[] }>('/suppressions')
  expect(numbers.suppressions.map(row => [row.phone, row.words])).toEqual([
    ['+12025550166', undefined],
    ['+12025550144', 'Maybe you should leave me alone, thanks'],
  ])
  const { body: imports } = await stage.api<{ journeys: object[] }>(`/journeys?phone=${encodeURIComponent(phone)}`)
  expect(imports.journeys).toHaveLength(1)
}

/** The lead is known again by number and by id, so nothing is done twice. */
async function expectKnown(stage: Stage, leadId: string): Promise<void> {
  const calls = stage.simulator.truth().calls.length
  const sent = await stage.lead('lead_zeb', person)
  const event = await stage.event(String(sent.body['eventId']))
  expect(event.state).toBe('ignored')
  const asked = await stage.api('/journeys', { json: { campaign: 'roof', leadId, phone: '+12025550166', force: true } })
  expect(asked.status).toBe(201)
  expect(await stage.journey(leadId, isOver)).toMatchObject({ state: 'stopped', reason: 'suppressed' })
  expect(stage.simulator.truth().calls).toHaveLength(calls)
}

async function sealAll(stage: Stage): Promise<number> {
  const turns = await eventually(async () => {
    const { result } = await runJob(stage, sealAnew)
    return (
      (result === 'done' || result === 'nothing_to_do') && stage.lines.filter(({ msg }) => msg === 'data.sealed_anew')
    )
  })
  expect(turns.at(-1)).toMatchObject({ left: 0 })
  return turns.reduce((sum, line) => sum + Number(line['sealed']), 0)
}

test('with DATA_KEY nothing personal stands in Redis as it was written, in no key of anybody', async () => {
  const stage = await startBusy({ DATA_KEY: dataKey() })
  await expectNowhere(stage.env, plain)
  await expectReadable(stage)
})

test('keys turn: everything stays readable and known, and an old key can be dropped once all is sealed anew', async () => {
  const [old, fresh] = [dataKey(), dataKey()]
  const stage = await startBusy({ DATA_KEY: old })
  stage.env['DATA_KEY'] = `${fresh},${old}`
  await stage.restart()
  await expectReadable(stage)
  await expectKnown(stage, 'lead_new')

  // Too early: it says which key is still needed, and nothing is started.
  stage.env['DATA_KEY'] = fresh
  await expect(stage.restart()).rejects.toThrow(/DATA_KEY: data in this Redis is still sealed with key [0-9a-f]{8}/)
  stage.env['DATA_KEY'] = `${fresh},${old}`
  await stage.restart()
  expect(await sealAll(stage)).toBeGreaterThanOrEqual(8)

  stage.env['DATA_KEY'] = fresh
  await stage.restart()
  await expectReadable(stage)
  await expectKnown(stage, 'lead_newer')
  await expectNowhere(stage.env, plain)
})

test('data from before there was a key is sealed as soon as there is one', async () => {
  const stage = await startBusy({})
  await expect(expectNowhere(stage.env, plain)).rejects.toThrow(/to deeply equal/)
  stage.env['DATA_KEY'] = dataKey()
  await stage.restart()
  await sealAll(stage)
  await expectNowhere(stage.env, plain)
  await expectReadable(stage)
})
