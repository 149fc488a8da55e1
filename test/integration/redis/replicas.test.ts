import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { producerConnection, type RedisClient, untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { createReplicas } from '../../../src/redis/replicas.ts'
import { eventually } from '../../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'
import { startCluster, untilCopied } from '../../support/redis-cluster.ts'

const TIMEOUT_MS = 300

async function connect(open: typeof producerConnection | typeof workerConnection, url: string): Promise<RedisClient> {
  const client = open({ kind: 'url', url })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 10_000)
  return client
}

async function startPair(): Promise<{ primary: OwnRedis; replica: OwnRedis }> {
  const atOnce = { 'repl-diskless-sync-delay': '0' }
  const primary = await startOwnRedis(atOnce)
  onTestFinished(() => primary[Symbol.asyncDispose]())
  const replica = await startOwnRedis({ ...atOnce, replicaof: `127.0.0.1 ${primary.port}` })
  onTestFinished(() => replica[Symbol.asyncDispose]())
  const client = new Redis(primary.url)
  await untilCopied(client, 1).finally(() => client.disconnect())
  return { primary, replica }
}

test.each([
  ['a connection that fails fast', producerConnection],
  ['a connection that never gives up', workerConnection],
] as const)('%s: a write counts once the replica has it, and not while that is away', async (_name, open) => {
  const { primary, replica } = await startPair()
  const client = await connect(open, primary.url)
  const { watch } = createReplicas({ client, count: 1, timeoutMs: TIMEOUT_MS })

  await eventually(async () => {
    const written = watch(['a'])
    await client.set('a', 1)
    expect(await written()).toBe(true)
  })

  replica.freeze()
  const missed = watch(['a'])
  await client.set('a', 2)
  expect(await missed()).toBe(false)
  replica.thaw()
  await eventually(() => missed())
})

test('a thousand writers share a few questions', async () => {
  const { primary } = await startPair()
  const client = await connect(producerConnection, primary.url)
  const { watch } = createReplicas({ client, count: 1, timeoutMs: 5_000 })
  const all = await Promise.all(
    Array.from({ length: 1_000 }, async (_, index) => {
      const isCopied = watch(['a'])
      await client.set(`a${index}`, index)
      return isCopied()
    }),
  )
  expect(new Set(all)).toEqual(new Set([true]))
  const asked = Number(/cmdstat_wait:calls=(\d+)/.exec(String(await client.info('commandstats')))?.[1])
  expect(asked).toBeLessThan(100)
})

test('a connection that broke since the write has nothing to say of it, though replicas are there', async () => {
  const { primary } = await startPair()
  const client = await connect(workerConnection, primary.url)
  const { watch } = createReplicas({ client, count: 1, timeoutMs: TIMEOUT_MS })
  const isCopied = watch(['a'])
  await client.set('a', 1)
  const operator = await connect(producerConnection, primary.url)
  const back = new Promise(resolve => client.once('ready', resolve))
  await operator.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
  await back
  expect(await isCopied()).toBe(false)
})

test('nor has one that breaks while it is asked: the question is not put to whoever comes after', async () => {
  const { primary, replica } = await startPair()
  const client = await connect(workerConnection, primary.url)
  const { watch } = createReplicas({ client, count: 1, timeoutMs: 60_000 })
  replica.freeze()
  const isCopied = watch(['a'])
  await client.set('a', 1)
  const answer = isCopied()
  await eventually(async () => {
    const operator = await connect(producerConnection, primary.url)
    expect(String(await operator.info('clients'))).toContain('blocked_clients:1')
  })
  await primary.kill9()
  replica.thaw()
  await primary.start()
  const operator = await connect(producerConnection, primary.url)
  await eventually(async () => expect(String(await operator.info('replication'))).toMatch(/slave0:.*state=online/))
  expect(await answer).toBe(false)
})

test('a Redis Cluster: the node that took the write is asked, and no other one', async () => {
  await using cluster = await startCluster({ hasReplicas: true, nodeTimeoutMs: 30_000 })
  const client = await connect(producerConnection, cluster.url)
  const { watch } = createReplicas({ client, count: 1, timeoutMs: TIMEOUT_MS })
  // Of these, each third lies on another node.
  const keys = Array.from({ length: 30 }, (_, index) => `{k${index}}:a`)
  const copied = async (key: string) => {
    const isCopied = watch([key])
    await client.set(key, 1)
    return isCopied()
  }
  await eventually(async () => expect(await Promise.all(keys.map(copied))).not.toContain(false))

  cluster.replicas[0]?.freeze()
  const lying = await Promise.all(keys.map(copied))
  const first = new Redis(cluster.primaries[0]?.url ?? '')
  onTestFinished(() => first.disconnect())
  const onFirst = await Promise.all(
    keys.map(async key => Number(await first.cluster('KEYSLOT', key)) < Math.ceil(16_384 / 3)),
  )
  expect(onFirst).toContain(true)
  expect(lying).toEqual(onFirst.map(isOnFirst => !isOnFirst))
  cluster.replicas[0]?.thaw()
})
