import { expect, test } from 'vitest'
import type { CampaignView } from '../../../src/desk/campaigns.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const initiate = { method: 'POST', path: '/voice/calls/initiate' }
const breaker = { failureShare: 0.5, window: 'PT2M', minCalls: 10 }
const pace = { callsPerSecond: 20, maxLive: 5 }
const outcomes = { line_down: 'failed' }
const list = { ...plainCampaign, trigger: {}, outcomes, dial: { ...plainCampaign.dial, pace, breaker } }

const move = (stage: Stage, what: string) => stage.api<CampaignView>(`/campaigns/roof/${what}`, { method: 'POST' })
const trips = (stage: Stage) => stage.lines.filter(({ msg }) => msg === 'campaign.breaker_tripped')
const untilPaused = (stage: Stage) =>
  eventually(
    async () => {
      const campaign = await stage.campaign()
      expect(campaign.status).toBe('paused')
      return campaign
    },
    { timeoutMs: 20_000 },
  )

test('calls that fail pause their campaign, which shows them and alerts; resumed, it counts anew', async () => {
  const stage = await startStage({ campaigns: [list], control: { scripts: { '*': [{ status: 'line_down' }] } } })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(100), stage.clock.now())
  await move(stage, 'start')
  const paused = await untilPaused(stage)
  expect(paused.why).toMatch(/^1\d of 1\d calls failed within 120 s; the breaker allows less than 50 %$/)
  expect(paused.breaker?.calls.length).toBeGreaterThanOrEqual(10)
  for (const { effect, code } of paused.breaker?.calls ?? []) {
    expect(effect).toMatch(/^call:jrn_/)
    expect(code).toBe('failed')
  }
  expect(Date.parse(paused.breaker?.trippedAt ?? '')).not.toBeNaN()
  // The log is told last.
  await eventually(() => expect(trips(stage)).toHaveLength(1))
  expect(trips(stage)[0]).toMatchObject({ level: 'error', alert: true, campaign: 'roof', why: paused.why })
  await eventually(async () => expect((await stage.campaign()).progress).toMatchObject({ dialing: 0, in_call: 0 }))
  const placed = stage.simulator.truth().calls.length
  expect(placed).toBeLessThan(40)

  stage.simulator.control({ scripts: { '*': [{ status: 'completed' }] } })
  expect((await move(stage, 'resume')).body).not.toHaveProperty('breaker')
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }), { timeoutMs: 25_000 })
  const { calls, duplicates } = stage.simulator.truth()
  expect(calls).toHaveLength(100)
  expect(duplicates?.calls).toEqual([])
  expect(trips(stage)).toHaveLength(1)
}, 60_000)

test.each([
  [
    'refused',
    { kind: 'status', status: 400, body: { success: false, error: { code: 'LEAD_BLOCKED', message: 'no' } } },
  ],
  ['of unknown outcome', { kind: 'reset_after' }],
] as const)(
  'dials that are %s count as failures',
  async (_how, fault) => {
    const stage = await startStage({
      // An unknown call keeps its place: with few of them there would not be enough to judge.
      campaigns: [{ ...list, dial: { ...list.dial, pace: { ...pace, maxLive: 50 } } }],
      control: { faults: [{ match: initiate, ...fault }] },
    })
    const ledger = await openLedger(stage.env, stage.clock)
    await openListJourneys(ledger, 'roof', listLeads(60), stage.clock.now())
    await move(stage, 'start')
    const { breaker: tripped } = await untilPaused(stage)
    expect(tripped?.calls.length).toBeGreaterThanOrEqual(10)
    expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBeLessThan(40)
  },
  40_000,
)

test('dials that do not reach the vendor count as failures', async () => {
  const stage = await startStage({ campaigns: [list], env: { LEADSAIL_BASE_URL: 'http://127.0.0.1:1' } })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(60), stage.clock.now())
  await move(stage, 'start')
  expect((await untilPaused(stage)).breaker?.calls[0]).toMatchObject({ code: 'ECONNREFUSED' })
  await eventually(async () => expect((await stage.campaign()).progress).toMatchObject({ scheduled: 60 }))
})

test('a share of failures below the limit, and few calls, pause nothing', async () => {
  const good = listLeads(40)
  const bad = listLeads(20, 40)
  const scripts = Object.fromEntries(bad.map(({ leadId }) => [leadId, [{ status: 'line_down', lengthMs: 10 }]]))
  const stage = await startStage({
    campaigns: [list],
    control: { scripts: { '*': [{ status: 'completed', lengthMs: 10 }], ...scripts } },
  })
  const ledger = await openLedger(stage.env, stage.clock)
  const now = stage.clock.now()
  // What fails comes last and within the window: at no moment is half of what has ended a failure.
  const leads = [...good, ...bad.map(lead => ({ ...lead, dueAt: now + 30_000 }))]
  await openListJourneys(ledger, 'roof', leads, now)
  await move(stage, 'start')
  await eventually(async () => expect((await stage.campaign()).outcomes).toEqual({ answered: 40 }), {
    timeoutMs: 20_000,
  })
  stage.clock.advance(30_000)
  await eventually(async () => expect(await stage.campaign()).toMatchObject({ status: 'done' }), { timeoutMs: 60_000 })
  expect((await stage.campaign()).outcomes).toEqual({ answered: 40, failed: 20 })
  expect(trips(stage)).toEqual([])
}, 90_000)

test('failures older than the window are forgotten', async () => {
  const stage = await startStage({ campaigns: [list] })
  const ledger = await openLedger(stage.env, stage.clock)
  const rules = { failureShare: 0.5, windowMs: 120_000, minCalls: 10 }
  const count = (effect: string, failed?: string) =>
    ledger.breaker.count('roof', failed === undefined ? { effect } : { effect, failed }, rules)
  for (let call = 0; call < 9; call += 1) expect(await count(`call:${call}`, 'BUSY')).toBeUndefined()
  stage.clock.advance(121_000)
  expect(await count('call:9', 'BUSY')).toBeUndefined()
  for (let call = 10; call < 20; call += 1) expect(await count(`call:${call}`)).toBeUndefined()
  for (let call = 20; call < 28; call += 1) expect(await count('call:same', 'BUSY')).toBeUndefined()
  expect(await count('call:last', 'GONE')).toMatchObject({
    failed: 10,
    total: 20,
    calls: expect.arrayContaining([expect.objectContaining({ effect: 'call:last', code: 'GONE' })]),
  })
})

test.each([401, 403])(
  'a key that the vendor refuses with %i pauses the campaign at once, breaker or not',
  async status => {
    const body = { success: false, error: { code: 'UNAUTHORIZED', message: 'Invalid API key' } }
    const stage = await startStage({ control: { faults: [{ match: initiate, kind: 'status', status, body }] } })
    const timezone = 'America/New_York'
    const ask = (leadId: string, phone: string) =>
      stage.send('call.requested', { campaign: 'roof', leadId, phone, timezone })
    await ask('lead_1', '+12125550121')
    const paused = await untilPaused(stage)
    expect(paused).toMatchObject({
      why: 'LeadSail refused the API key',
      breaker: { calls: [{ effect: expect.stringMatching(/^call:/) }] },
    })
    expect(trips(stage)).toHaveLength(1)
    await ask('lead_2', '+12125550122')
    await stage.journey('lead_2', ({ state }) => state === 'scheduled')
    expect(stage.simulator.truth().requests.byRoute['POST /voice/calls/initiate']).toBe(1)

    stage.simulator.control({ faults: [] })
    await move(stage, 'resume')
    stage.clock.advance(10_000)
    await stage.journey('lead_1', isOver)
    await stage.journey('lead_2', isOver)
    expect(stage.simulator.truth().calls).toHaveLength(2)
  },
)
