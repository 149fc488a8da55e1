import { Queue, Worker } from 'bullmq'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { producerConnection, type RedisClient, untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { eventually } from '../../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'
import { uniquePrefix } from '../../support/prefix.ts'

let redis: OwnRedis
const clients: RedisClient[] = []

beforeEach(async () => {
  redis = await startOwnRedis()
})

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  await redis[Symbol.asyncDispose]()
})

function keep<T extends RedisClient>(client: T): T {
  clients.push(client)
  return client
}

async function producer(commandTimeoutMs?: number): Promise<RedisClient> {
  const target = { kind: 'url', url: redis.url } as const
  const client = keep(producerConnection(target, commandTimeoutMs === undefined ? {} : { commandTimeoutMs }))
  await untilReady(client, 2000)
  return client
}

const worker = () => keep(workerConnection({ kind: 'url', url: redis.url }))

/** How long the promise takes to reject. */
async function msToRejection(promise: Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await expect(promise).rejects.toThrow()
  return performance.now() - startedAt
}

describe('a producer connection', () => {
  test('rejects within 100 ms while Redis is down, and never sends the command later', async () => {
    const client = await producer()
    await redis.kill9()
    await eventually(() => client.status !== 'ready')
    for (const n of [1, 2, 3]) expect(await msToRejection(client.incr(`refused-${n}`))).toBeLessThan(100)

    await redis.start()
    await eventually(() => client.incr('after'))
    expect(await client.exists('refused-1', 'refused-2', 'refused-3')).toBe(0)
  })

  test('rejects what was in flight when the connection broke, and does not send it again', async () => {
    const client = await producer()
    redis.freeze()
    const inFlight = client.incr('in-flight')
    const [ms] = await Promise.all([msToRejection(inFlight), redis.kill9()])
    expect(ms).toBeLessThan(100)
    await redis.start()
    await eventually(() => client.incr('after'))
    expect(await client.get('in-flight')).toBeNull()
  })

  test('rejects within its command timeout when Redis freezes', async () => {
    const client = await producer(80)
    redis.freeze()
    expect(await msToRejection(client.incr('slow'))).toBeLessThan(100)
    redis.thaw()
    await eventually(() => client.incr('after'))
  })

  test('gives up a frozen server and is back when it answers again', async () => {
    const client = await producer()
    redis.freeze()
    expect(await msToRejection(client.incr('slow'))).toBeLessThan(6000)
    expect(await msToRejection(client.incr('slow'))).toBeLessThan(100)
    redis.thaw()
    await eventually(() => client.incr('after'))
  })

  test('is back within 1 s of the return of Redis, however long it was away', async () => {
    const client = await producer()
    await redis.kill9()
    const pausesMs: number[] = []
    client.on('reconnecting', (ms: number) => pausesMs.push(ms))
    // So many tries that the time between two has reached its cap.
    await eventually(() => pausesMs.length >= 14)
    expect(Math.max(...pausesMs)).toBe(500)
    await redis.start()
    const backAt = performance.now()
    await eventually(() => client.ping())
    expect(performance.now() - backAt).toBeLessThan(1000)
  })

  test('that finds nobody neither ends the process nor stays silent about it', async () => {
    await redis.stop()
    const errors: Error[] = []
    const client = keep(producerConnection({ kind: 'url', url: redis.url }, { onError: error => errors.push(error) }))
    await expect(untilReady(client, 200)).rejects.toThrow(/not there after 200 ms.*ECONNREFUSED/)
    expect(errors.length).toBeGreaterThan(0)
    await redis.start()
    await untilReady(client, 2000)
  })

  test('leaves a server that was demoted to a replica', async () => {
    await using primary = await startOwnRedis()
    const client = await producer()
    const closed = new Promise(resolve => client.once('close', resolve))
    await client.call('REPLICAOF', '127.0.0.1', String(primary.port))
    await expect(client.set('a', 1)).rejects.toThrow('READONLY')
    await closed
  })
})

describe('a worker connection', () => {
  test('waits for Redis to come back', async () => {
    const client = worker()
    await untilReady(client, 2000)
    await redis.kill9()
    await eventually(() => client.status !== 'ready')
    const waiting = client.incr('waited')
    await redis.start()
    expect(await waiting).toBe(1)
  })

  test('serves BullMQ through a crash of Redis, and is not closed by it', async () => {
    const prefix = uniquePrefix()
    const done: unknown[] = []
    const shared = worker()
    const queueClient = await producer()
    const queue = new Queue('ring', { connection: queueClient, prefix })
    const runner = new Worker('ring', async job => done.push(job.data), { connection: shared, prefix })
    runner.on('error', () => {})
    queue.on('error', () => {})

    await queue.add('ring', 1)
    await eventually(() => expect(done).toEqual([1]))
    await redis.kill9()
    await eventually(() => queueClient.status !== 'ready')
    expect(await msToRejection(queue.add('ring', 'refused'))).toBeLessThan(100)
    await redis.start()
    await eventually(() => queue.add('ring', 2))
    await eventually(() => expect(done).toEqual([1, 2]))

    await runner.close()
    await queue.close()
    expect(await shared.ping()).toBe('PONG')
    expect(await queueClient.ping()).toBe('PONG')
  })
})

test.each(['producer', 'worker'])('a hundred commands of one round reach a %s’s server in one piece', async kind => {
  const client = kind === 'producer' ? await producer() : worker()
  const reads = async () => Number(/total_reads_processed:(\d+)/.exec(await client.info('stats'))?.[1])
  await reads()
  const before = await reads()
  const values = Array.from({ length: 100 }, (_, index) => `value ${index}`)
  await Promise.all(values.map(value => client.set(value, value)))
  // The question after it is a piece of its own. All of it is 4 kB, which no socket splits.
  expect((await reads()) - before).toBe(2)
  expect(await Promise.all(values.map(value => client.get(value)))).toEqual(values)

  // Also on the next connection.
  client.disconnect(true)
  await eventually(async () => expect(await client.ping()).toBe('PONG'))
  const again = await reads()
  await Promise.all(values.map(value => client.get(value)))
  expect((await reads()) - again).toBe(2)
})
