import { expect, test } from 'vitest'
import { createSimulator } from '../../../simulator/simulator.ts'
import { eventually } from '../../support/eventually.ts'
import { freePort } from '../../support/free-port.ts'
import { isOver, plainCampaign, startStage } from '../../support/stage.ts'

const initiate = { method: 'POST', path: '/voice/calls/initiate' }
const soon = { reconcile: { skew: 'PT0.1S' } }
const followUps = [{ id: 'lead-pixel', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } }]

test('RejectedError: the vendor said no, and is not asked again', async () => {
  const refuse = { code: 'VALIDATION_ERROR', message: 'Lead is on the Do Not Call list' }
  const stage = await startStage({ control: { scripts: { lead_1: [{ refuse }] } } })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'stopped', reason: 'refused', reasonDetail: 'VALIDATION_ERROR' })
  expect(journey.attempts).toMatchObject([{ state: 'refused' }])
  expect(journey.effects).toMatchObject([
    { state: 'refused', tries: 1, error: { class: 'RejectedError', code: 'VALIDATION_ERROR', status: 400 } },
  ])
  expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1)
  expect(stage.simulator.truth().calls).toEqual([])
})

test('a refused key is no refusal of the lead: its campaign pauses, and calls when it goes on with the mended key', async () => {
  const stage = await startStage({ control: { apiKeys: { leadsail: 'another-key' } } })
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'lead_1',
    phone: '+12125550123',
    timezone: 'America/New_York',
  })
  const waiting = await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'call.put_off')
  expect(waiting).toMatchObject({ state: 'scheduled', attempts: [] })
  expect(waiting.timeline.at(-1)).toMatchObject({ code: 'UNAUTHORIZED', status: 401 })
  await eventually(async () => {
    expect(await stage.campaign()).toMatchObject({ status: 'paused', why: 'LeadSail refused the API key' })
  })
  stage.simulator.control({ apiKeys: { leadsail: 'test-key' } })
  expect((await stage.api('/campaigns/roof/resume', { method: 'POST' })).status).toBe(200)
  stage.clock.advance(10_000)
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('RateLimitedError: nothing was done, and Retry-After is kept to', async () => {
  const stage = await startStage({
    control: { requestLog: true, faults: [{ match: initiate, kind: 'status', status: 429, retryAfter: 3, times: 1 }] },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const waiting = await stage.journey('lead_1', ({ timeline }) => timeline.at(-1)?.what === 'call.put_off')
  expect(waiting).toMatchObject({ state: 'scheduled', attempts: [], effects: [{ state: 'planned', tries: 1 }] })
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
  const [first, second] = stage.simulator.requests().filter(({ route }) => route === 'POST /voice/calls/initiate')
  expect(Number(second?.at) - Number(first?.at)).toBeGreaterThanOrEqual(3_000)
  expect(stage.simulator.truth().calls).toHaveLength(1)
})

test('UnavailableError: a vendor that cannot be reached is tried again, later and later', async () => {
  const port = await freePort()
  const stage = await startStage({ env: { LEADSAIL_BASE_URL: `http://127.0.0.1:${port}/leadsail/api/v1` } })
  await stage.send('call.requested', {
    campaign: 'roof',
    leadId: 'lead_1',
    phone: '+12125550123',
    timezone: 'America/New_York',
  })
  const putOff = (times: number) =>
    stage.journey('lead_1', ({ timeline }) => timeline.filter(({ what }) => what === 'call.put_off').length === times)
  const delays: number[] = []
  for (let times = 1; times <= 4; times += 1) {
    const journey = await putOff(times)
    expect(journey.effects).toMatchObject([{ state: 'planned', tries: times, error: { class: 'UnavailableError' } }])
    delays.push(Date.parse(journey.nextAt ?? '') - Date.parse(journey.timeline.at(-1)?.at ?? ''))
    stage.clock.advance(Number(delays.at(-1)))
  }
  for (const [index, delayMs] of delays.entries()) {
    expect(delayMs).toBeGreaterThanOrEqual(1_000 * 2 ** index)
    expect(delayMs).toBeLessThanOrEqual(2_000 * 2 ** index)
  }
  const late = await createSimulator({ port, control: { timeScale: 1000 }, now: () => stage.clock.now() })
  try {
    stage.clock.advance(60_000)
    await stage.journey('lead_1', isOver)
    expect(late.truth().calls).toHaveLength(1)
  } finally {
    await late.close()
  }
})

test('ExpiredError: a pixel is tried again for as long as its rule says, and no longer', async () => {
  const [rule] = followUps
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps: [{ ...rule, pixel: { ...rule?.pixel, retryFor: 'PT1H' } }] }],
    control: {
      scripts: { '*': [{ status: 'completed', lengthMs: 10 }] },
      faults: [{ match: { path: '/pixels/fire' }, kind: 'status', status: 429 }],
    },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const first = await stage.journey(
    'lead_1',
    ({ effects }) => effects.at(-1)?.tries === 1 && effects.at(-1)?.state === 'planned',
  )
  const delayMs = Date.parse(first.nextAt ?? '') - Date.parse(first.timeline.at(-1)?.at ?? '')
  expect(delayMs).toBeLessThanOrEqual(10_000)
  stage.clock.advance(59 * 60_000)
  await stage.journey('lead_1', ({ effects }) => effects.at(-1)?.tries === 2 && effects.at(-1)?.state === 'planned')
  stage.clock.advance(2 * 60_000)
  const journey = await stage.journey('lead_1', isOver)
  expect(journey).toMatchObject({ state: 'done' })
  expect(journey.effects.at(-1)).toMatchObject({ state: 'expired', tries: 2 })
})

test('an intent that a crash left behind is not repeated and not judged before its time', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, ...soon }],
    control: { faults: [{ match: initiate, kind: 'hang', afterCommit: true }] },
    env: { SHUTDOWN_TIMEOUT: 'PT1S' },
    overrides: { requestTimeoutMs: 60_000 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  await stage.journey('lead_1', ({ state }) => state === 'dialing')
  await eventually(() => expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1))
  await stage.restart()
  stage.simulator.control({ faults: [] })
  const before = await stage.journey('lead_1', () => true)
  expect(before).toMatchObject({ state: 'dialing' })
  stage.clock.advance(30_000)
  expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1)
  stage.clock.advance(31_000)
  expect(await stage.journey('lead_1', isOver)).toMatchObject({ state: 'done' })
  expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1)
  expect(stage.simulator.truth().calls).toHaveLength(1)
})
