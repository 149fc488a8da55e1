import { expect, inject, onTestFinished, test } from 'vitest'
import { ShiftedClock } from '../../../src/clock.ts'
import { createDestinations, type DestinationFailure } from '../../../src/ledger/destinations.ts'
import { createDue } from '../../../src/ledger/due.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys, shardNames } from '../../../src/redis/keys.ts'
import { createPixelReleases } from '../../../src/scheduler/release-pixels.ts'
import { uniquePrefix } from '../../support/prefix.ts'

const failure: DestinationFailure = {
  ...{ code: 'HTTP_503', why: 'it is away', pauseAfter: 3, isProbe: false, jitter: 0.999_999 },
  backoff: { firstMs: 10_000, maxMs: 60_000 },
}
const LEASE_MS = 45_000

async function start() {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const keys = createKeys(uniquePrefix())
  const clock = new ShiftedClock()
  const create = () => createDestinations({ client, clock, keys })
  return { client, keys, clock, here: create(), there: create() }
}

test('a destination is paused after failures in a row, over all processes, and whoever pauses it learns that', async () => {
  const { here, there } = await start()
  expect(await here.read()).toEqual(new Map())
  expect([await here.failed('meta', failure), await there.failed('meta', failure)]).toEqual([false, false])
  expect((await here.read()).get('meta')).toEqual({ name: 'meta', state: 'healthy', failures: 2 })
  expect(await there.succeeded('meta')).toBeUndefined()
  const results = []
  for (const from of [here, there, here, there]) results.push(await from.failed('meta', failure))
  expect(results).toEqual([false, false, true, false])
  expect((await there.read()).get('meta')).toMatchObject({ state: 'paused', code: 'HTTP_503', why: 'it is away' })
  expect(await here.succeeded('meta')).toBeGreaterThanOrEqual(0)
  expect((await there.read()).get('meta')).toEqual({ name: 'meta', state: 'healthy', failures: 0 })
})

test('one that is paused lets one go ahead at a time, later and later, and no sooner than was asked for', async () => {
  const { here, there, clock } = await start()
  expect(await here.failed('meta', { ...failure, pauseAfter: 1 })).toBe(true)
  expect(await here.probe('meta', LEASE_MS)).toBe(false)
  const waits: number[] = []
  for (let times = 0; times < 5; times += 1) {
    const { probeAt = 0 } = (await here.read()).get('meta') ?? {}
    waits.push(Math.round((probeAt - clock.now()) / 1_000))
    clock.advance(probeAt - clock.now())
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, at) => [here, there][at % 2]?.probe('meta', LEASE_MS)),
    )
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect((await there.read()).get('meta')).toMatchObject({ state: 'probing' })
    expect(await here.failed('meta', { ...failure, isProbe: true })).toBe(false)
  }
  expect(waits).toEqual([10, 20, 40, 60, 60])
  clock.advance(60_000)
  await here.probe('meta', LEASE_MS)
  await here.failed('meta', { ...failure, isProbe: true, retryAfterMs: 600_000 })
  const { probeAt = 0 } = (await here.read()).get('meta') ?? {}
  expect(probeAt - clock.now()).toBeGreaterThan(590_000)
})

test('one that was sent ahead and finds nothing out, or dies, makes room for the next', async () => {
  const { here, there, clock } = await start()
  await here.failed('meta', { ...failure, pauseAfter: 1 })
  clock.advance(10_000)
  expect([await here.probe('meta', LEASE_MS), await there.probe('meta', LEASE_MS)]).toEqual([true, false])
  await here.giveBack('meta')
  expect(await there.probe('meta', LEASE_MS)).toBe(true)
  clock.advance(LEASE_MS)
  expect(await here.probe('meta', LEASE_MS)).toBe(true)
  expect(await here.probe('healthy', LEASE_MS)).toBe(false)
})

test('what may have been mended is tried at once', async () => {
  const { here } = await start()
  await here.failed('meta', { ...failure, pauseAfter: 1 })
  await here.reconsider(['meta', 'tiktok'])
  expect(await here.probe('meta', LEASE_MS)).toBe(true)
  expect((await here.read()).has('tiktok')).toBe(false)
})

test('100,000 that wait for a destination cost nothing while it is away, and are let go at the pace of the queue', async () => {
  const { client, keys, clock, here } = await start()
  const identity = { shards: 16, instance: 'test' }
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))
  const count = 100_000
  for (const [at, shard] of shards.entries()) {
    await client.set(shard.mark, identity.instance)
    const entries = Array.from({ length: count / shards.length }, (_, n) => [
      clock.now() + 1e9 + n,
      `jrn_${at}_${n}.fire.a`,
    ])
    await client.zadd(shard.waiting('meta'), ...(entries.flat() as [number, string]))
  }
  const due = createDue({ client, clock, instance: identity.instance })
  let calls = 0
  const release: typeof due.release = (...args) => {
    calls += 1
    return due.release(...args)
  }
  const look = createPixelReleases({ ledger: { identity, due: { release } }, keys, clock })
  const left = async () =>
    (await Promise.all(shards.map(own => client.zcard(own.waiting('meta'))))).reduce((a, b) => a + b)
  await here.failed('meta', { ...failure, pauseAfter: 1 })
  for (let times = 0; times < 100; times += 1) await look(await here.read(), 1_000)
  expect(calls).toBe(0)
  expect(await left()).toBe(count)
  clock.advance(10_000)
  for (let times = 0; times < 3; times += 1) await look(await here.read(), 1_000)
  expect(await left()).toBe(count - 1)

  await here.succeeded('meta')
  const startedAt = performance.now()
  let looks = 0
  while ((await look(await here.read(), 1_000)) === 0) looks += 1
  const seconds = (performance.now() - startedAt) / 1_000
  expect(await left()).toBe(0)
  const released = await Promise.all(shards.map(own => client.zcard(own.due('fire'))))
  expect(released.reduce((a, b) => a + b)).toBe(count)
  expect(looks).toBeGreaterThanOrEqual(99)
  console.log(`${count} waiting pixels let go in ${looks} looks and ${seconds.toFixed(1)} s`)
})
