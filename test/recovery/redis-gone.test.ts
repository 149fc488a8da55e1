import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../support/own-redis.ts'
import { plainCampaign, type Stage, startStage } from '../support/stage.ts'

const isFull = process.env['TEST_SCALE'] === 'full'
const GONE_MS = isFull ? 30_000 : 5_000
const RESUME_MS = 5_000
const LEADS = 20

/** Holds as long as Redis is to be away. */
async function lasting(ms: number): Promise<void> {
  const until = performance.now() + ms
  await eventually(() => performance.now() >= until, { timeoutMs: ms + 5_000 })
}

/** Half of the calls end while Redis is away, the other half are just being placed when it goes. */
async function stageOn(url: string): Promise<Stage> {
  return startStage({
    env: { REDIS_URL: url },
    campaigns: [
      {
        ...plainCampaign,
        dial: { ...plainCampaign.dial, pace: { callsPerSecond: 100, maxLive: 100 } },
        poll: { ...plainCampaign.poll, first: 'PT1S', min: 'PT1S', max: 'PT1S' },
        followUps: [
          { id: 'thanks', sms: { text: 'Hello', window: '00:00-24:00' } },
          { id: 'pixel', pixel: { via: 'leadsail', platform: 'facebook', pixelId: '1', event: 'Lead' } },
        ],
      },
    ],
    control: { timeScale: 1, scripts: { '*': [{ status: 'completed', lengthMs: 2_500 }] } },
  })
}

const ways: readonly [how: string, goneMs: number, away: (redis: OwnRedis, goneMs: number) => Promise<void>][] = [
  [
    'killed and started again from its AOF',
    GONE_MS,
    async (redis, goneMs) => {
      await redis.kill9()
      await lasting(goneMs)
      await redis.start()
    },
  ],
  [
    'frozen',
    isFull ? 30_000 : 3_000,
    async (redis, goneMs) => {
      redis.freeze()
      await lasting(goneMs)
      redis.thaw()
    },
  ],
  [
    'paused by a person (CLIENT PAUSE)',
    3_000,
    async (redis, goneMs) => {
      const operator = new Redis(redis.url)
      await operator.client('PAUSE', goneMs, 'ALL')
      operator.disconnect()
      await lasting(goneMs)
    },
  ],
]

test.each(ways)(
  'Redis is %s: all resumes within 5 s of its return, in the same process',
  async (how, goneMs, away) => {
    const redis = await startOwnRedis()
    // Ended after the stage, which is closed first.
    onTestFinished(() => redis[Symbol.asyncDispose]())
    const stage = await stageOn(redis.url)
    const counts = () => stage.simulator.truth({ lists: false }).counts
    for (let index = 0; index < LEADS; index += 1) await stage.lead(`live_${index}`)
    await eventually(() => expect(counts().calls).toBe(LEADS))
    const slow = { match: { path: '/voice/calls/initiate' }, kind: 'slow' as const, delayMs: 700, afterCommit: true }
    stage.simulator.control({ faults: [slow] })
    for (let index = 0; index < LEADS; index += 1) await stage.lead(`fresh_${index}`)
    await eventually(() => expect(counts().calls).toBe(2 * LEADS))

    await away(redis, goneMs)
    const backAt = performance.now()
    stage.simulator.control({ faults: [] })
    const sinceBack = async (check: () => unknown) => {
      await eventually(check, { timeoutMs: 60_000 })
      return performance.now() - backAt
    }
    const [taken, done, placed, ready] = await Promise.all([
      sinceBack(async () => expect((await stage.lead('late', {}, { submissionId: 'late' })).status).toBeLessThan(300)),
      // Their calls ended meanwhile: what was due is claimed, looked at, and followed up.
      sinceBack(() => expect(doneOf('live')).toBe(LEADS)),
      sinceBack(() => expect(stage.simulator.truth().calls.filter(({ leadId }) => leadId === 'late')).toHaveLength(1)),
      sinceBack(async () => expect((await fetch(`${stage.url}/readyz`)).status).toBe(200)),
    ])
    function doneOf(name: string) {
      return stage.simulator.truth().pixels.filter(({ leadId }) => leadId.startsWith(name)).length
    }
    const figures = Object.entries({ taken, placed, done, ready }).map(([name, ms]) => `${name} ${Math.round(ms)} ms`)
    console.log(`Redis ${how}, away ${goneMs / 1000} s; after its return: ${figures.join(', ')}`)
    expect(Math.max(taken, placed, done, ready)).toBeLessThan(RESUME_MS)

    const all = 2 * LEADS + 1
    await eventually(async () => expect((await stage.campaign()).progress).toMatchObject({ total: all, done: all }), {
      timeoutMs: 30_000,
    })
    expect(counts()).toMatchObject({ calls: all, texts: all, pixels: all })
    expect(stage.simulator.truth().duplicates).toEqual({ calls: [], texts: [], pixels: [], handOvers: [] })
  },
  180_000,
)
