import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openLedger } from '../support/ledger-reader.ts'
import { spawnService } from '../support/service-process.ts'
import { plainCampaign } from '../support/stage.ts'
import { createWorld, insist } from '../support/world.ts'

const JOBS = 50
const BOUND_MS = 20_000

test(`kill -9 of a worker with ${JOBS} jobs running: all run again within ${BOUND_MS / 1000} s`, async () => {
  await using world = await createWorld({
    control: {
      scripts: { '*': [{ status: 'completed', lengthMs: 10 }] },
      faults: [{ match: { method: 'GET', path: '/interactions/int' }, kind: 'hang' }],
    },
    campaigns: [{ ...plainCampaign, dial: { ...plainCampaign.dial, pace: { callsPerSecond: 100, maxLive: 100 } } }],
  })
  const { simulator, env } = world
  const looks = () => simulator.truth({ lists: false }).requests.byRoute['GET /interactions/:interactionId'] ?? 0

  const web = spawnService({ ...env, ROLES: 'web,scheduler' })
  const victim = spawnService({ ...env, ROLES: 'worker' })
  await Promise.all([web.line('app.started'), victim.line('app.started')])
  for (let index = 0; index < JOBS; index += 1) {
    const phone = `+1202555${String(100 + index).padStart(4, '0')}`
    await insist(() => web.url, world.lead(`lead_${index}`, { phone }))
  }
  // Every job that is running now hangs in a request that is never answered.
  await eventually(() => expect(looks()).toBe(JOBS), { timeoutMs: 60_000 })

  const heir = spawnService({ ...env, ROLES: 'worker' })
  await heir.line('app.started')
  simulator.control({ faults: [] })
  victim.kill('SIGKILL')
  const killedAt = performance.now()
  expect(await victim.ended).toEqual({ code: null, signal: 'SIGKILL' })
  await eventually(() => expect(looks()).toBeGreaterThanOrEqual(2 * JOBS), { timeoutMs: 60_000 })
  const tookMs = performance.now() - killedAt
  console.log(`kill -9 of a worker: ${JOBS} jobs run again after ${(tookMs / 1000).toFixed(1)} s`)
  expect(tookMs).toBeLessThan(BOUND_MS)

  using ledger = await openLedger(env)
  await eventually(async () => expect(await ledger.progress()).toMatchObject({ total: JOBS, states: { done: JOBS } }))
  expect(simulator.truth().calls).toHaveLength(JOBS)
  expect(simulator.truth().duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
}, 180_000)
