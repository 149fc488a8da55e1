import { Cluster } from 'ioredis'
import { inject, onTestFinished } from 'vitest'
import { type RedisClient, untilReady, workerConnection } from '../../src/redis/connect.ts'

/** A connection to the Redis that the tests of this run share, be it one server or a set; closed when the test ends. */
export async function openSharedRedis(): Promise<RedisClient> {
  const client = workerConnection({ kind: 'url', url: inject('redisUrl') }, { name: 'test' })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 10_000)
  return client
}

/** The names of all keys that match, on whichever server they lie. */
export async function findKeys(client: RedisClient, pattern: string): Promise<string[]> {
  const servers = client instanceof Cluster ? client.nodes('master') : [client]
  const found = new Set<string>()
  for (const server of servers) {
    for await (const keys of server.scanStream({ match: pattern, count: 1_000 })) {
      for (const key of keys) found.add(String(key))
    }
  }
  return [...found]
}
