import { expect, test } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { catalogue } from '../../src/queues/index.ts'
import { createKeys } from '../../src/redis/keys.ts'
import { eventually } from '../support/eventually.ts'
import { listLeads, openLedger, openListJourneys } from '../support/list-journeys.ts'
import { openSharedRedis } from '../support/shared-redis.ts'
import { plainCampaign, startStage } from '../support/stage.ts'

const COUNT = process.env['TEST_SCALE'] === 'full' ? 10_000 : 600

test(`${COUNT} live calls and as many leads that wait hold no job, timer or connection`, async () => {
  const dial = { ...plainCampaign.dial, pace: { callsPerSecond: 1_000, maxLive: COUNT } }
  const poll = { ...plainCampaign.poll, first: 'PT6H', max: 'PT6H', deadline: 'PT12H' }
  const stage = await startStage({
    campaigns: [{ ...plainCampaign, trigger: {}, dial, poll }],
    control: { timeScale: 1, scripts: { '*': [{ status: 'completed', lengthMs: 36_000_000 }] } },
    env: { LEADSAIL_RATE: '100000/s' },
    overrides: { logger: createLogger({ level: 'silent' }) },
  })
  const client = await openSharedRedis()
  const keys = createKeys(stage.env['REDIS_PREFIX'] ?? '')
  const held = async () => {
    const resources = process.getActiveResourcesInfo()
    const jobs = await Promise.all(
      Object.keys(catalogue).map(async name => {
        const prefix = `${keys.queuePrefix(name)}:${name}`
        return (await client.llen(`${prefix}:wait`)) + (await client.llen(`${prefix}:active`))
      }),
    )
    return {
      timers: resources.filter(name => name === 'Timeout').length,
      sockets: resources.filter(name => name.startsWith('TCP')).length,
      jobs: jobs.reduce((sum, count) => sum + count, 0),
    }
  }
  const idle = await held()

  const ledger = await openLedger(stage.env, stage.clock)
  await openListJourneys(ledger, 'roof', listLeads(COUNT), stage.clock.now())
  const later = listLeads(COUNT, COUNT).map(lead => ({ ...lead, dueAt: stage.clock.now() + 86_400_000 }))
  await openListJourneys(ledger, 'roof', later, stage.clock.now())
  await stage.api('/campaigns/roof/start', { method: 'POST' })
  const placed = async () =>
    expect((await stage.campaign()).progress).toMatchObject({ scheduled: COUNT, in_call: COUNT })
  await eventually(placed, { timeoutMs: 300_000, everyMs: 200 })
  await eventually(
    async () => {
      const now = await held()
      // What was opened on the way is closed again, or kept for the next request: never one for each.
      expect(now.jobs).toBe(0)
      expect(now.timers).toBeLessThanOrEqual(idle.timers + 20)
      expect(now.sockets).toBeLessThanOrEqual(idle.sockets + 20)
    },
    { timeoutMs: 60_000, everyMs: 200 },
  )
  console.info(`${COUNT} live, ${COUNT} waiting: ${JSON.stringify(await held())}; idle ${JSON.stringify(idle)}`)
}, 600_000)
