import { Cluster, type Redis } from 'ioredis'
import type { RedisClient } from './connect.ts'

/**
 * How many replicas follow a primary now; of several primaries, the one with the fewest counts.
 * Source: https://redis.io/docs/latest/commands/info/ (`slave<n>` lines of the section `replication`)
 * @returns `undefined` where this user may not ask
 * @throws what the connection throws when Redis is away
 */
export async function connectedReplicas(client: RedisClient): Promise<number | undefined> {
  const primaries = client instanceof Cluster ? client.nodes('master') : [client]
  const counts = await Promise.all(primaries.map(countOf))
  return counts.includes(undefined) ? undefined : Math.min(...counts.map(Number))
}

async function countOf(primary: Redis): Promise<number | undefined> {
  try {
    const info = await primary.info('replication')
    return [...info.matchAll(/^slave\d+:.*\bstate=online\b/gm)].length
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined
    throw error
  }
}
