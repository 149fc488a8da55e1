import { expect, test } from 'vitest'
import { createKeys } from '../../../src/redis/keys.ts'
import { eventually } from '../../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../../support/list-journeys.ts'
import { findKeys, openSharedRedis } from '../../support/shared-redis.ts'
import { isOver, plainCampaign, type Stage, startStage } from '../../support/stage.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const initiate = { method: 'POST', path: '/voice/calls/initiate' }
const reconcile = { grace: 'PT0.2S', looks: 2, skew: 'PT0.3S' }
const list = { ...plainCampaign, trigger: {}, reconcile }
const busyThenAnswered = [{ status: 'busy' }, { status: 'completed' }]

const start = (stage: Stage) => stage.api('/campaigns/roof/start', { method: 'POST' })

/** Calls of the last two hours by the counters. */
async function countedCalls(stage: Stage) {
  const ledger = await openLedger(stage.env, stage.clock)
  return async () => {
    const now = stage.clock.now()
    return (await ledger.dialRate.read('roof', now - 2 * HOUR_MS, now)).reduce((sum, count) => sum + count, 0)
  }
}

test('the sum of all minutes is the number of calls, retries included, over several minutes', async () => {
  const dial = { ...list.dial, maxAttempts: 3, maxPer24h: 10, retry: { busy: ['PT5M'] } }
  const stage = await startStage({ campaigns: [{ ...list, dial }], control: { scripts: { '*': busyThenAnswered } } })
  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(40), stage.clock.now())
  const firstAt = stage.clock.now()
  await start(stage)
  await eventually(async () => expect((await stage.campaign()).outcomes).toEqual({ busy: 40 }))
  stage.clock.advance(6 * MINUTE_MS)
  await eventually(async () => expect((await stage.campaign()).status).toBe('done'))

  const { calls } = stage.simulator.truth()
  expect(calls).toHaveLength(80)
  const minutes = await ledger.dialRate.read('roof', firstAt, stage.clock.now())
  expect(minutes.reduce((sum, count) => sum + count, 0)).toBe(80)
  // Forty at once, nothing for some minutes, and forty again.
  expect(minutes.slice(0, 2).reduce((sum, count) => sum + count, 0)).toBe(40)
  expect(minutes.slice(2, 5)).toEqual([0, 0, 0])
})

test.each([
  ['refused', [{ kind: 'status', status: 400, body: { success: false, error: { code: 'BAD', message: 'no' } } }], 0.4],
  ['turned away', [{ kind: 'status', status: 429, retryAfter: 0.2, times: 3 }], 0.4],
  ['lost before they were placed', [{ kind: 'reset_before' }], 0.4],
  ['lost after they were placed', [{ kind: 'reset_after' }], 0.4],
] as const)(
  'calls that are %s are counted as often as they happened',
  async (how, faults, share) => {
    const stage = await startStage({
      campaigns: [list],
      control: {
        faults: faults.map(fault => ({ match: initiate, share, ...fault })) as never,
        scripts: { '*': [{ status: 'completed', lengthMs: 10 }] },
      },
      overrides: { requestTimeoutMs: 1_000 },
    })
    const ledger = await openLedger(stage.env, stage.clock)
    await openListJourneys(ledger, 'roof', listLeads(60), stage.clock.now())
    await start(stage)
    await eventually(
      async () => {
        const { progress } = await stage.campaign()
        expect((progress['done'] ?? 0) + (progress['stopped'] ?? 0)).toBe(60)
      },
      { timeoutMs: 40_000 },
    )
    const counted = await countedCalls(stage)
    const { calls, requests } = stage.simulator.truth()
    expect(await counted()).toBe(calls.length)
    // Not every request was a call, but where only its answer was lost.
    const asked = requests.byRoute['POST /voice/calls/initiate'] ?? 0
    if (how === 'lost after they were placed') expect(calls).toHaveLength(60)
    else expect(asked).toBeGreaterThan(calls.length)
  },
  60_000,
)

test('a call that a person says did not happen is taken back from the minute of its intent', async () => {
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, reconcile, dial: { ...plainCampaign.dial, onUnknown: 'park' } }],
    control: { faults: [{ match: initiate, kind: 'reset_before', times: 1 }] as never },
    overrides: { requestTimeoutMs: 1_000 },
  })
  await stage.lead('lead_1', { phone: '+12025550123' })
  const counted = await countedCalls(stage)
  const parked = await stage.journey('lead_1', isOver, 20_000)
  expect(parked.state).toBe('parked')
  expect(await counted()).toBe(1)
  stage.clock.advance(3 * MINUTE_MS)
  const key = encodeURIComponent(`call:${parked.id}:1`)
  await stage.api(`/parked/${key}`, { json: { happened: false } })
  await stage.journey('lead_1', ({ state }) => state === 'done')
  expect(stage.simulator.truth().calls).toHaveLength(1)
  expect(await counted()).toBe(1)
  const ledger = await openLedger(stage.env, stage.clock)
  const minutes = await ledger.dialRate.read('roof', stage.clock.now() - 10 * MINUTE_MS, stage.clock.now())
  expect(minutes.filter(count => count !== 0)).toEqual([1])
  expect(minutes.lastIndexOf(1)).toBeGreaterThanOrEqual(9)
})

test('the counters lie beside their journeys, and go by themselves after some days', async () => {
  const stage = await startStage({ control: { scripts: { '*': [{ neverEnds: true }] } } })
  const redis = await openSharedRedis()
  await stage.lead('lead_1', { phone: '+12025550123' })
  const { id } = await stage.journey('lead_1', ({ state }) => state === 'in_call')
  const [key = '', ...others] = await findKeys(redis, `${stage.env['REDIS_PREFIX']}:*:dials:*`)
  expect(others).toEqual([])
  const day = new Date(stage.clock.now()).toISOString().slice(0, 10)
  expect(key).toBe(createKeys(String(stage.env['REDIS_PREFIX'])).shard(id.slice(4, 6)).dials('roof', day))
  const expiresAt = (await redis.expiretime(key)) * 1_000
  expect(expiresAt).toBe(Date.parse(`${day}T00:00:00Z`) + 4 * 24 * HOUR_MS)
  expect(Object.values(await redis.hgetall(key))).toEqual(['1'])
})
