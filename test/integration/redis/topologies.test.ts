import type { Cluster } from 'ioredis'
import { afterEach, expect, test } from 'vitest'
import { producerConnection, type RedisClient, untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { assertSafeRedis, checkRedisSafety } from '../../../src/redis/safety.ts'
import { eventually } from '../../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'
import { startCluster } from '../../support/redis-cluster.ts'

const servers: OwnRedis[] = []
const clients: RedisClient[] = []

afterEach(async () => {
  for (const client of clients.splice(0)) client.disconnect()
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]()
})

async function serve(settings: Record<string, string>): Promise<OwnRedis> {
  const server = await startOwnRedis(settings)
  servers.push(server)
  return server
}

async function connect(open: typeof producerConnection | typeof workerConnection, url: string): Promise<RedisClient> {
  const client = open({ kind: 'url', url })
  clients.push(client)
  await untilReady(client, 5000)
  return client
}

/** Keys that lie on different nodes. */
const keys = ['a', 'b', 'c', 'd', 'e', 'f']
const setAll = (client: RedisClient) => Promise.all(keys.map(key => client.set(key, 1)))

/** How often the nodes have read from their clients. */
async function readsOf(client: Cluster): Promise<number> {
  const stats = await Promise.all(client.nodes('master').map(node => node.info('stats')))
  return stats.reduce((sum, text) => sum + Number(/total_reads_processed:(\d+)/.exec(text)?.[1]), 0)
}

test('a Redis Cluster: what goes to a node in one round of the event loop reaches it in one piece', async () => {
  await using cluster = await startCluster({ hasReplicas: false, nodeTimeoutMs: 2_000 })
  const client = (await connect(producerConnection, cluster.url)) as Cluster
  await setAll(client)
  const before = await readsOf(client)
  await Promise.all(Array.from({ length: 300 }, (_, index) => client.set(`key ${index}`, index)))
  // One for each of three nodes, the question after it, and two for what else a client asks of a cluster.
  expect((await readsOf(client)) - before).toBeLessThanOrEqual(8)
})

test('a Redis Cluster: every primary is checked, a lost one fails fast, and service is back 5 s after its return', async () => {
  await using cluster = await startCluster({ hasReplicas: false, nodeTimeoutMs: 2_000 })
  const { url, primaries: nodes } = cluster
  const client = await connect(producerConnection, url)
  const patient = await connect(workerConnection, url)
  await setAll(client)
  expect(await assertSafeRedis(client, { acceptUnsafe: false })).toEqual({ durability: [] })
  await (client as Cluster).nodes('master')[1]?.config('SET', 'appendfsync', 'everysec')
  expect((await checkRedisSafety(client)).problems).toEqual([expect.objectContaining({ setting: 'appendfsync' })])

  for (const node of nodes) await node.kill9()
  await eventually(() => expect(client.status).not.toBe('ready'))
  const startedAt = performance.now()
  await expect(client.incr('refused')).rejects.toThrow()
  expect(performance.now() - startedAt).toBeLessThan(100)
  await eventually(() => expect(patient.status).not.toBe('ready'))
  const waiting = patient.incr('waited')

  for (const node of nodes) await node.start()
  const backAt = performance.now()
  await eventually(() => setAll(client))
  expect(performance.now() - backAt).toBeLessThan(5000)
  expect(await waiting).toBe(1)
  expect(await client.exists('refused')).toBe(0)
})

test('Sentinels: the new primary is found after a failover', async () => {
  const primary = await serve({})
  const replica = await serve({ replicaof: `127.0.0.1 ${primary.port}` })
  const sentinel = await serve({
    'sentinel monitor main': `127.0.0.1 ${primary.port} 1`,
    'sentinel down-after-milliseconds main': '500',
    'sentinel failover-timeout main': '3000',
  })
  const client = await connect(producerConnection, `redis+sentinel://127.0.0.1:${sentinel.port}/main`)
  const toReplica = await connect(producerConnection, replica.url)
  await client.set('kept', 'yes')
  await eventually(async () => expect(await toReplica.get('kept')).toBe('yes'))
  // The sentinel learns of replicas by asking the primary now and then.
  const toSentinel = await connect(producerConnection, sentinel.url)
  await eventually(async () => expect(await toSentinel.call('SENTINEL', 'replicas', 'main')).toHaveLength(1), {
    timeoutMs: 15_000,
  })

  await primary.kill9()
  await eventually(() => client.set('after', 'failover'), { timeoutMs: 15_000 })
  expect(await client.get('kept')).toBe('yes')
  expect(await toReplica.get('after')).toBe('failover')
})
