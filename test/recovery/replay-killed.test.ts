import { expect, test } from 'vitest'
import type { ReplayView } from '../../src/desk/replays.ts'
import { eventually } from '../support/eventually.ts'
import { openLedger } from '../support/list-journeys.ts'
import { pixelCampaign, plantEffects } from '../support/planted-effects.ts'
import { spawnService } from '../support/service-process.ts'
import { createWorld } from '../support/world.ts'

const COUNT = 400

const refused = {
  ...{ match: { path: '/pixels/fire' }, kind: 'status' as const, status: 400 },
  body: { success: false, error: { code: 'VALIDATION_ERROR', message: 'no such pixel' } },
}

test('a replay whose process is killed goes on in another one, and counts each effect once', async () => {
  await using world = await createWorld({ campaigns: [pixelCampaign], control: { faults: [refused] } })
  const env = { ...world.env, LEADSAIL_RATE: '1000/s' }
  const web = spawnService({ ...env, ROLES: 'web' })
  const start = () => spawnService({ ...env, ROLES: 'worker,scheduler' })
  const [first, second] = [start(), start()]
  await Promise.all([web, first, second].map(service => service.line('app.started')))
  const ledger = await openLedger(env)
  await plantEffects(ledger, COUNT, { now: Date.now() })
  await eventually(async () => expect(await ledger.failures.count({})).toBe(COUNT), { timeoutMs: 60_000 })
  world.simulator.control({ faults: [] })

  const asked = await fetch(`${web.url}/api/v1/replays`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ filter: {}, perSecond: 80 }),
  })
  const { id } = (await asked.json()) as ReplayView
  const show = async () => (await (await fetch(`${web.url}/api/v1/replays/${id}`)).json()) as ReplayView

  // One of these two walks: it is killed, whichever it is.
  for (const [index, service] of [first, second].entries()) {
    await eventually(async () => (await show()).done >= 100 * (index + 1), { timeoutMs: 60_000 })
    service.kill('SIGKILL')
    await service.ended
    await start().line('app.started')
  }
  const replay = await eventually(
    async () => {
      const found = await show()
      if (found.status !== 'done') throw new Error(JSON.stringify(found))
      return found
    },
    { timeoutMs: 120_000 },
  )
  expect(replay).toMatchObject({ matched: COUNT, done: COUNT, refused: 0, refusals: {} })
  const settled = await eventually(
    async () => {
      const { standing } = await show()
      if (standing.waiting + standing.under_way > 0) throw new Error(JSON.stringify(standing))
      return standing
    },
    { timeoutMs: 120_000 },
  )
  // What was cut off in the middle of its request is before a person: nobody knows whether it arrived.
  expect(settled.went_through + settled.failing).toBe(COUNT)
  expect(settled.failing).toBe(await ledger.search.parkedCount())
  const { pixels } = world.simulator.truth().counts
  expect(pixels).toBeGreaterThanOrEqual(settled.went_through)
  expect(pixels).toBeLessThanOrEqual(COUNT)
  expect(world.simulator.truth().duplicates?.pixels).toEqual([])
  console.log(`two kills: ${settled.went_through} went through, ${settled.failing} before a person`)
}, 240_000)
