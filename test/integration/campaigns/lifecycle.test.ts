import { once } from 'node:events'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import type { CampaignList, CampaignView } from '../../../src/desk/campaigns.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const list = { ...plainCampaign, trigger: {} }
const quick = { scripts: { '*': [{ status: 'completed', lengthMs: 10 }] } }
const post = (stage: Stage, path: string) => stage.api<CampaignView>(path, { method: 'POST' })
const move = (stage: Stage, what: string, id = 'roof') => post(stage, `/campaigns/${id}/${what}`)

test('draft, running, paused, cancelled: each move from where it is possible, and nowhere else', async () => {
  const stage = await startStage({ campaigns: [list] })
  const refused = async (what: string, status: string, possible: string[]) => {
    const answer = await stage.api(`/campaigns/roof/${what}`, { method: 'POST' })
    expect(answer).toMatchObject({ status: 409, body: { campaignStatus: status, possible } })
  }
  expect(await stage.campaign()).toMatchObject({ status: 'draft' })
  for (const what of ['pause', 'resume', 'cancel']) await refused(what, 'draft', ['start'])
  expect(await move(stage, 'start')).toMatchObject({ status: 200, body: { id: 'roof', status: 'running' } })
  for (const what of ['start', 'resume']) await refused(what, 'running', ['pause', 'cancel'])
  expect(await move(stage, 'pause')).toMatchObject({ status: 200, body: { status: 'paused' } })
  for (const what of ['start', 'pause']) await refused(what, 'paused', ['resume', 'cancel'])
  expect(await move(stage, 'resume')).toMatchObject({ status: 200, body: { status: 'running' } })
  expect(await move(stage, 'cancel')).toMatchObject({ status: 200, body: { status: 'cancelled' } })
  for (const what of ['start', 'pause', 'resume', 'cancel']) await refused(what, 'cancelled', [])
  expect((await move(stage, 'start', 'nowhere')).status).toBe(404)

  const { body } = await stage.api<{ audit: { what: string; by: string; subject: string }[] }>('/audit')
  const whats = body.audit.filter(({ subject }) => subject === 'roof').map(({ what }) => what)
  const expected = ['campaign.cancelled', 'campaign.resumed', 'campaign.paused', 'campaign.started']
  expect(whats).toEqual(expected)
  expect(stage.lines.map(({ msg }) => msg).filter(msg => expected.includes(String(msg)))).toEqual(expected.toReversed())
})

test('a list waits in its draft, is dialed when it starts, and its campaign is done when all are', async () => {
  const stage = await startStage({ campaigns: [list], control: quick })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(20), stage.clock.now())
  // Asked for by name, a lead is called all the same; when that is through, the list has had its chance.
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123' })
  await stage.journey('lead_1', isOver)
  expect(stage.simulator.truth().calls.map(({ leadId }) => leadId)).toEqual(['lead_1'])

  await move(stage, 'start')
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }))
  expect((await stage.campaign()).progress).toMatchObject({ total: 21, done: 21 })
  expect(stage.simulator.truth().calls).toHaveLength(21)

  // A row that was accepted as the campaign ended is not forgotten.
  await openListJourneys(ledger, 'roof', listLeads(1, 20), stage.clock.now())
  stage.clock.advance(31_000)
  await eventually(() => expect(stage.simulator.truth().calls).toHaveLength(22))
})

test('a list that waited long in its draft has all its retries', async () => {
  const dial = { ...plainCampaign.dial, notAfter: 'PT1H', retry: { no_answer: ['PT0.05S', 'PT0.05S'] } }
  const noAnswer = { scripts: { '*': [{ status: 'no_answer', lengthMs: 10 }] } }
  const stage = await startStage({ campaigns: [{ ...list, dial }], control: noAnswer })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(3), stage.clock.now())
  stage.clock.advance(3 * 3_600_000)
  await move(stage, 'start')
  await eventually(async () => expect((await stage.campaign()).progress['done']).toBe(3), { timeoutMs: 20_000 })
  expect(stage.simulator.truth().calls).toHaveLength(9)
})

test('leads whose time is over are stopped without waiting for their turn', async () => {
  const dial = { ...plainCampaign.dial, notAfter: 'PT1H', pace: { callsPerSecond: 1, maxLive: 1 } }
  const stage = await startStage({ campaigns: [{ ...list, dial }], control: quick })
  const ledger = await openLedger(stage.env, stage.clock)
  await move(stage, 'start')
  await move(stage, 'pause')
  await openListJourneys(ledger, 'roof', listLeads(200), stage.clock.now())
  stage.clock.advance(2 * 3_600_000)
  await move(stage, 'resume')
  await eventually(async () => expect((await stage.campaign()).progress['stopped']).toBe(200))
  expect((await stage.journeysOf('row_7'))[0]).toMatchObject({ state: 'stopped', reason: 'expired' })
  expect(stage.simulator.truth().calls).toEqual([])
})

test('a pause stops new dials within a second; live calls are followed to their end; nothing is lost or repeated', async () => {
  const pace = { callsPerSecond: 50, maxLive: 200 }
  const stage = await startStage({
    campaigns: [{ ...list, dial: { ...plainCampaign.dial, pace } }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 1_500_000 }] } },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(120), stage.clock.now())
  await move(stage, 'start')
  await eventually(() => expect(stage.simulator.truth().calls.length).toBeGreaterThan(20))

  const askedAt = stage.clock.now()
  await move(stage, 'pause')
  await eventually(async () => {
    const { progress } = await stage.campaign()
    expect(progress).toMatchObject({ dialing: 0, in_call: 0 })
    expect(progress['done']).toBe(stage.simulator.truth().calls.length)
  })
  const held = stage.simulator.truth().calls
  expect(held.length).toBeLessThan(120)
  const lastAfterMs = Math.max(...held.map(({ at }) => at)) - askedAt
  console.log(`the last call started ${lastAfterMs} ms after the pause was asked for`)
  expect(lastAfterMs).toBeLessThanOrEqual(1_000)
  // Well past the second: whatever was on its way has had its time.
  await eventually(() => expect(stage.clock.now() - askedAt).toBeGreaterThan(2_000))
  expect(stage.simulator.truth().calls).toHaveLength(held.length)

  await move(stage, 'resume')
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }), { timeoutMs: 20_000 })
  const { calls, duplicates } = stage.simulator.truth()
  expect(calls).toHaveLength(120)
  expect(new Set(calls.map(({ leadId }) => leadId)).size).toBe(120)
  expect(duplicates?.calls).toEqual([])
}, 60_000)

test('everything paused holds dials, texts and pixels over a restart, and lets them all go once', async () => {
  const followUps = [
    { id: 'thanks', sms: { text: 'Thanks.', delay: 'PT0S', window: '00:00-24:00' } },
    { id: 'lead', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } },
  ]
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, followUps }],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 1_500_000 }] } },
  })
  await stage.lead('lead_1', { phone: '+12125550121' })
  await stage.journey('lead_1', ({ state }) => state === 'in_call')
  expect(await post(stage, '/pause')).toMatchObject({ status: 200, body: { allPaused: true } })
  await stage.lead('lead_2', { phone: '+12125550122' })
  const followed = await stage.journey('lead_1', ({ state }) => state === 'following_up')
  expect(followed.effects.map(({ state }) => state)).toEqual(['done', 'planned', 'planned'])

  await stage.restart()
  expect((await stage.api<CampaignList>('/campaigns')).body).toMatchObject({
    allPaused: true,
    campaigns: [{ id: 'roof', status: 'running', allPaused: true }],
  })
  const restartedAt = Date.now()
  await eventually(() => expect(Date.now() - restartedAt).toBeGreaterThan(1_500))
  const before = stage.simulator.truth()
  expect([before.calls.length, before.texts.length, before.pixels.length]).toEqual([1, 0, 0])
  expect(await stage.journey('lead_2', () => true)).toMatchObject({ state: 'scheduled' })

  expect(await post(stage, '/resume')).toMatchObject({ status: 200, body: { allPaused: false } })
  await stage.journey('lead_1', isOver)
  await stage.journey('lead_2', isOver)
  const after = stage.simulator.truth()
  expect([after.calls.length, after.texts.length, after.pixels.length]).toEqual([2, 2, 2])
  expect((await stage.api<CampaignList>('/campaigns')).body).toMatchObject({ allPaused: false })
}, 60_000)

test('a cancel reaches every journey; a live call is followed to its end, and nothing follows from it', async () => {
  const followUps = [{ id: 'thanks', sms: { text: 'Thanks.', delay: 'PT0S', window: '00:00-24:00' } }]
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1_000, maxLive: 10 }, retry: { no_answer: ['PT1H'] } }
  const stage = await startStage({
    campaigns: [{ ...list, dial, followUps }],
    control: { scripts: { '*': [{ status: 'no_answer', lengthMs: 3_000_000 }] } },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const total = 1_500
  await openListJourneys(ledger, 'roof', listLeads(total), stage.clock.now())
  await move(stage, 'start')
  await eventually(async () => expect((await stage.campaign()).progress['in_call']).toBe(10))
  await move(stage, 'cancel')
  const startedAt = Date.now()
  await eventually(async () => expect((await stage.campaign()).progress['stopped']).toBe(total), { timeoutMs: 25_000 })
  console.log(`cancelled ${total} journeys in ${Date.now() - startedAt} ms`)

  const { calls, texts } = stage.simulator.truth()
  expect(texts).toEqual([])
  expect(calls.length).toBeLessThanOrEqual(20)
  const ended = await stage.journey(calls[0]?.leadId ?? '', isOver)
  expect(ended).toMatchObject({
    state: 'stopped',
    reason: 'cancelled',
    outcome: 'no_answer',
    attempts: [{ state: 'ended' }],
  })
  expect(await stage.journey(`row_${total - 1}`, isOver)).toMatchObject({ reason: 'cancelled' })
}, 60_000)

test('a call whose placing fails after its journey was cancelled is not planned again', async () => {
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const vendor = createServer(async (_request, response) => {
    await released
    response.writeHead(429, { 'content-type': 'application/json' }).end('{"success":false}')
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void vendor.close())
  await once(vendor, 'listening')
  const address = vendor.address()
  const port = typeof address === 'object' ? address?.port : undefined
  const stage = await startStage({ env: { LEADSAIL_BASE_URL: `http://127.0.0.1:${port}` } })
  const timezone = 'America/New_York'
  await stage.send('call.requested', { campaign: 'roof', leadId: 'lead_1', phone: '+12125550123', timezone })
  const { id } = await stage.journey('lead_1', ({ state }) => state === 'dialing')
  await post(stage, `/journeys/${id}/cancel`)
  release()
  const over = await stage.journey('lead_1', isOver)
  expect(over).toMatchObject({ state: 'stopped', reason: 'cancelled', attempts: [], effects: [{ state: 'skipped' }] })
})
