import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../support/list-journeys.ts'
import { spawnService } from '../support/service-process.ts'
import { plainCampaign } from '../support/stage.ts'
import { createWorld } from '../support/world.ts'
import { most } from './most.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const PROCESSES = isFull ? 10 : 3
const RATE = 40
const MAX_LIVE = 30
const LEADS = isFull ? 300 : 80

test(`${PROCESSES} processes share one budget and the places for live calls`, async () => {
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 10, maxLive: MAX_LIVE } }
  await using world = await createWorld({
    control: { requestLog: true, timeScale: 1, scripts: { '*': [{ status: 'completed', lengthMs: 2_000 }] } },
    campaigns: [{ ...plainCampaign, trigger: {}, dial }],
    env: { LEADSAIL_RATE: `${RATE}/s` },
  })
  const { simulator, env } = world
  const web = spawnService({ ...env, ROLES: 'web' })
  const others = Array.from({ length: PROCESSES }, () => spawnService({ ...env, ROLES: 'worker,scheduler' }))
  await Promise.all([web, ...others].map(service => service.line('app.started', 120_000)))
  await openListJourneys(await openLedger(env), 'roof', listLeads(LEADS), Date.now())
  await fetch(`${web.url}/api/v1/campaigns/roof/start`, { method: 'POST' })
  const done = async () => {
    const campaign = await (await fetch(`${web.url}/api/v1/campaigns/roof`)).json()
    expect(campaign).toMatchObject({ progress: { total: LEADS, done: LEADS } })
  }
  await eventually(done, { timeoutMs: 240_000, everyMs: 500 })

  const { calls, highestLiveCalls, duplicates } = simulator.truth()
  const at = simulator.requests().map(request => request.at)
  const requests = most(at, 1_000)
  const seconds = (Math.max(...at) - Math.min(...at)) / 1_000
  const starts = most(
    calls.map(({ at }) => at),
    1_000,
  )
  const busy = others.filter(({ lines }) => lines.some(({ job }) => job === 'place-call')).length
  console.info(
    `${PROCESSES} processes (${busy} dialed): ${at.length} requests in ${seconds.toFixed(1)} s at ${RATE}/s, at most ${requests} in one, ` +
      `${starts} calls of 10, ${highestLiveCalls} live of ${MAX_LIVE}`,
  )
  expect(busy).toBeGreaterThan(1)
  expect(calls).toHaveLength(LEADS)
  expect(duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
  expect(at.length).toBeLessThanOrEqual(RATE * seconds + 2)
  expect(requests).toBeLessThanOrEqual(RATE + 1)
  expect(highestLiveCalls).toBeLessThanOrEqual(MAX_LIVE)
}, 400_000)
