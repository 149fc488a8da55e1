import { Cluster, type Redis } from 'ioredis'
import type { RedisClient } from './connect.ts'

/** A replica says every second how far it has come; one that has been silent for longer has gone or hangs. */
const MAX_LAG_S = 3

/**
 * How many replicas follow a primary now; of several primaries, the one with the fewest counts.
 * Source: https://redis.io/docs/latest/commands/info/ (`slave<n>` lines of the section `replication`)
 * @returns `undefined` where this user may ask nowhere
 * @throws what the connection throws when Redis is away
 */
export async function connectedReplicas(client: RedisClient): Promise<number | undefined> {
  const primaries = client instanceof Cluster ? client.nodes('master') : [client]
  const counts = (await Promise.all(primaries.map(countOf))).filter(count => count !== undefined)
  return counts.length === 0 ? undefined : Math.min(...counts)
}

async function countOf(primary: Redis): Promise<number | undefined> {
  try {
    const info = await primary.info('replication')
    const lags = [...info.matchAll(/^slave\d+:.*\bstate=online\b.*\blag=(\d+)/gm)].map(([, lag]) => Number(lag))
    return lags.filter(lag => lag <= MAX_LAG_S).length
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return undefined
    throw error
  }
}
