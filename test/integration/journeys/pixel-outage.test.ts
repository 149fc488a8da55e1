import { expect, inject, onTestFinished, test } from 'vitest'
import type { JourneyView } from '../../../src/desk/journey-view.ts'
import { createProducer } from '../../../src/queues/producer.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys, shardNames } from '../../../src/redis/keys.ts'
import { openDoor } from '../../support/door.ts'
import { eventually } from '../../support/eventually.ts'
import { type PixelStage, startPixelStage } from '../../support/pixel-stage.ts'
import { plainCampaign } from '../../support/stage.ts'

const HOUR_MS = 3_600_000
const OUTAGE_MS = 7 * HOUR_MS
/** The clock is moved in such steps; in between everything that is due is done. */
const STEP_MS = 20 * 60_000
const isFull = process.env['TEST_SCALE'] === 'full'
const LEADS = isFull ? 400 : 24
const TIMEOUT_MS = isFull ? 900_000 : 240_000

const vias = ['leadsail', 'meta', 'tiktok'] as const
const policies = ['park', 'retry'] as const
const all = '(pixels/fire|/events|/event/track)'
/** Pixel id of each rule: what the vendors' truth is told apart by. */
/** Digits, as Meta's are. */
const idOf = (via: string, policy: string) =>
  `${100 + 10 * vias.findIndex(known => known === via) + policies.findIndex(known => known === policy)}`
const rules = (kinds: readonly (typeof policies)[number][]) =>
  kinds.flatMap(onUnknown =>
    vias.map(via => ({
      ...{ via, pixelId: idOf(via, onUnknown), event: 'Lead', onUnknown, retryFor: 'P3D' },
      ...(via === 'leadsail' ? { platform: 'facebook' } : {}),
    })),
  )

/** Whether nothing is being done and nothing is due. */
async function openQuietCheck(stage: PixelStage): Promise<() => Promise<void>> {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const keys = createKeys(stage.env['REDIS_PREFIX'] ?? '')
  const producer = createProducer({ client, keys, onError: () => {} })
  onTestFinished(() => producer[Symbol.asyncDispose]())
  const shards = shardNames(16).map(shard => keys.shard(shard))
  return () =>
    eventually(
      async () => {
        const now = stage.clock.now()
        for (const kind of ['fire', 'reconcile'] as const) {
          const due = await Promise.all(shards.map(shard => client.zcount(shard.due(kind), '-inf', now)))
          expect(
            due.reduce((sum, count) => sum + count, 0),
            `${kind} due`,
          ).toBe(0)
        }
        for (const { name, state, nextProbeAt, waiting } of await stage.destinations()) {
          const isDue =
            state === 'probing' || (state === 'paused' && waiting > 0 && Date.parse(nextProbeAt ?? '') <= now)
          expect(isDue, `probe of ${name}`).toBe(false)
        }
        for (const job of ['fire-pixel', 'reconcile-effect']) expect(await producer.unfinished(job), job).toBe(0)
      },
      { timeoutMs: 60_000 },
    )
}

/** What became of the pixels of one rule. */
interface Told {
  via: string
  policy: string
  done: number
  parked: number
  tries: number
  /** Receipts at the vendor, and leads of whom there was more than one. */
  received: number
  doubles: number
}

async function tell(stage: PixelStage, kinds: readonly string[]): Promise<Told[]> {
  // One parked effect makes a journey parked, and the others of it go on.
  const isClosed = ({ effects }: JourneyView) => effects.every(({ state }) => state === 'done' || state === 'parked')
  const journeys = await Promise.all(stage.leads.map(id => stage.journey(id, isClosed)))
  const { conversions, pixels } = stage.simulator.truth()
  const effects = journeys.flatMap(journey => journey.effects.filter(({ kind }) => kind === 'pixel'))
  return kinds.flatMap((policy, at) =>
    vias.map((via, index) => {
      const own = effects.filter(({ rule }) => rule === `pixel-${at * vias.length + index + 1}`)
      const receipts = [
        ...conversions.receipts.map(({ pixelId, eventId }) => ({ pixelId, of: eventId })),
        ...pixels.map(({ pixelId, leadId }) => ({ pixelId, of: leadId })),
      ].filter(({ pixelId }) => pixelId === idOf(via, policy))
      return {
        ...{ via, policy },
        done: own.filter(({ state }) => state === 'done').length,
        parked: own.filter(({ state }) => state === 'parked').length,
        tries: own.reduce((sum, { tries }) => sum + tries, 0),
        received: receipts.length,
        doubles: receipts.length - new Set(receipts.map(({ of }) => of)).size,
      }
    }),
  )
}

/** Lets the pixels go into an outage of seven hours, ends it and waits for the end of all journeys. */
async function outlast(
  stage: PixelStage,
  { name, kinds, begin, end }: { name: string; kinds: readonly string[]; begin: () => unknown; end: () => unknown },
): Promise<Told[]> {
  const isQuiet = await openQuietCheck(stage)
  const beganAt = stage.clock.now()
  await begin()
  await stage.fire()
  await isQuiet()
  while (stage.clock.now() < beganAt + OUTAGE_MS) {
    stage.clock.advance(STEP_MS)
    await isQuiet()
  }
  const { receipts: before } = stage.simulator.truth({ lists: false }).conversions.counts
  await end()
  stage.clock.advance(STEP_MS)
  await stage.rest(60_000)
  for (const { eventTime, at } of stage.simulator.truth().conversions.receipts) {
    expect(Math.abs(eventTime - beganAt)).toBeLessThan(60_000)
    if (before === 0) expect(at - beganAt).toBeGreaterThan(OUTAGE_MS)
  }
  const told = await tell(stage, kinds)
  for (const { via, policy, done, parked, tries, received, doubles } of told) {
    console.log(
      `${name}: ${via} ${policy}: ${done} done, ${parked} parked after ${tries} tries; ${received} received, ${doubles} of them double`,
    )
  }
  return told
}

/** An intent whose answer is lost is judged soon after, not half a minute later. */
const campaigns = [{ ...plainCampaign, reconcile: { skew: 'PT0.1S' } }]

test(
  'seven hours of refused connections: every pixel is delivered, and none twice',
  async () => {
    let port = 0
    const door = await openDoor(() => port)
    const stage = await startPixelStage(LEADS, rules(['park']), {
      campaigns,
      env(simulator) {
        port = simulator.port
        const behindDoor = (url: string) => url.replace(simulator.url, door.url)
        return {
          LEADSAIL_BASE_URL: behindDoor(simulator.leadsailUrl),
          META_BASE_URL: behindDoor(simulator.metaUrl),
          TIKTOK_BASE_URL: behindDoor(simulator.tiktokUrl),
        }
      },
    })
    const told = await outlast(stage, { name: 'refused', kinds: ['park'], begin: door.shut, end: door.open })
    for (const of of told) expect(of).toMatchObject({ done: LEADS, parked: 0, received: LEADS, doubles: 0 })
  },
  TIMEOUT_MS,
)

const throttled = { kind: 'status', status: 429, retryAfter: 5 } as const
const faults = (fault: object) => [{ match: { path: all }, kind: 'status' as const, ...fault }]

test(
  'seven hours of 429: every pixel is delivered, and none twice',
  async () => {
    const stage = await startPixelStage(LEADS, rules(['park']), { campaigns })
    const told = await outlast(stage, {
      ...{ name: '429', kinds: ['park'] },
      begin: () => stage.simulator.control({ faults: faults(throttled) }),
      end: () => stage.simulator.control({ faults: [] }),
    })
    for (const of of told) expect(of).toMatchObject({ done: LEADS, parked: 0, received: LEADS, doubles: 0 })
  },
  TIMEOUT_MS,
)

test.each([
  ['503', { status: 503 }],
  ['lost answers', { kind: 'reset_after' as const }],
])(
  'seven hours of %s: by policy once or put before a person, or at least once',
  async (name, fault) => {
    const count = Math.ceil(LEADS / 2)
    const stage = await startPixelStage(count, rules(policies), { campaigns })
    const told = await outlast(stage, {
      ...{ name, kinds: policies },
      begin: () => stage.simulator.control({ faults: faults(fault) }),
      end: () => stage.simulator.control({ faults: [] }),
    })
    for (const { via, policy, done, parked, received, doubles } of told) {
      if (policy === 'retry') {
        expect({ done, parked }, via).toEqual({ done: count, parked: 0 })
        expect(received - doubles, via).toBe(count)
        if (name === '503') expect(doubles, via).toBe(0)
      } else {
        expect(done + parked, via).toBe(count)
        expect(doubles, via).toBe(0)
        // What was not taken is before a person: each of them, by name.
        expect(received, via).toBe(name === '503' ? done : count)
      }
    }
    const { body } = await stage.api<{ parked: unknown[] }>('/parked?limit=1000')
    expect(body.parked).toHaveLength(told.reduce((sum, { parked }) => sum + parked, 0))
  },
  240_000,
)
