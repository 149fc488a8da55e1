import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startOwnRedis } from '../support/own-redis.ts'
import { plainCampaign, startStage } from '../support/stage.ts'

const LEADS = 20
const FULL_MS = 6_000
/** What a person can still read past; a worker that tries in a tight loop writes thousands. */
const MAX_LINES_PER_S = 300

test('Redis is full: events are refused, nothing crashes or doubles, and all resumes when there is room', async () => {
  const redis = await startOwnRedis()
  onTestFinished(() => redis[Symbol.asyncDispose]())
  const stage = await startStage({
    env: { REDIS_URL: redis.url },
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, pace: { callsPerSecond: 100, maxLive: 100 } },
        reconcile: { grace: 'PT1S', looks: 2, skew: 'PT1S' },
        poll: { ...plainCampaign.poll, first: 'PT0.5S', min: 'PT0.5S', max: 'PT0.5S' },
        followUps: [{ id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } }],
      },
    ],
    overrides: { requestTimeoutMs: 3_000 },
    control: { timeScale: 1, scripts: { '*': [{ status: 'completed', lengthMs: 2_000 }] } },
  })
  const calls = () => stage.simulator.truth({ lists: false }).counts.calls
  for (let index = 0; index < LEADS; index += 1) await stage.lead(`lead_${index}`)
  await eventually(() => expect(calls()).toBe(LEADS))
  const slow = { match: { path: '/voice/calls/initiate' }, kind: 'slow' as const, delayMs: 700, afterCommit: true }
  stage.simulator.control({ faults: [slow] })
  for (let index = 0; index < LEADS; index += 1) await stage.lead(`fresh_${index}`)
  await eventually(() => expect(calls()).toBe(2 * LEADS))

  const operator = new Redis(redis.url)
  onTestFinished(() => operator.disconnect())
  await operator.config('SET', 'maxmemory', '1')
  const fullAt = performance.now()
  const linesBefore = stage.lines.length
  const refused = await stage.lead('refused')
  expect(refused.status).toBe(503)
  expect(performance.now() - fullAt).toBeLessThan(1_000)
  // The calls end, answers come in, texts come due: nothing of it can be written.
  await eventually(() => performance.now() - fullAt >= FULL_MS)
  const linesPerS = (stage.lines.length - linesBefore) / (FULL_MS / 1_000)
  expect(calls()).toBe(2 * LEADS)
  expect(stage.simulator.truth().texts.length).toBeLessThanOrEqual(LEADS)

  await operator.config('SET', 'maxmemory', '0')
  const roomAt = performance.now()
  expect((await stage.lead('later')).status).toBe(202)
  const all = 2 * LEADS + 1
  await eventually(async () => expect((await stage.campaign()).progress).toMatchObject({ total: all, done: all }), {
    timeoutMs: 90_000,
  })
  const resumedMs = performance.now() - roomAt
  console.log(
    `Redis full for ${FULL_MS / 1000} s: ${linesPerS} log lines a second, all done ${Math.round(resumedMs)} ms after`,
  )
  const truth = stage.simulator.truth()
  expect(truth.counts).toMatchObject({ calls: all, texts: all })
  expect(truth.duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
  expect(linesPerS).toBeLessThan(MAX_LINES_PER_S)
}, 180_000)
