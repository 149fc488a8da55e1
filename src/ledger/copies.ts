import type { RedisClient } from '../redis/connect.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createReplicas } from '../redis/replicas.ts'
import { type Identity, shardOfJourney } from './identity.ts'

/** Whether replicas have what the ledger has written: a failover forgets what they have not. */
export interface Copies {
  /**
   * Watches over what is written to a shard from now on.
   * @returns whether as many replicas as are asked for have it; at once where none are
   */
  ofShard(shard: string): () => Promise<boolean>
  ofJourney(journeyId: string): () => Promise<boolean>
  /**
   * Watches over everything that is written from now on.
   * @returns whether replicas have it as these journeys are now, whoever wrote that; every shard where none are named.
   *   It rejects while Redis is away.
   */
  ofAll(): (journeyIds?: readonly string[]) => Promise<boolean>
}

/**
 * How long replicas may take. It fits into the time in which a webhook is answered, and whatever else is asked on the
 * connection waits as long.
 */
const REPLICA_TIMEOUT_MS = 70

export function createCopies(parts: {
  client: RedisClient
  keys: Keys
  identity: Identity
  waitReplicas?: number
}): Copies {
  const { client, keys, identity, waitReplicas: count = 0 } = parts
  const replicas = createReplicas({ client, count, timeoutMs: REPLICA_TIMEOUT_MS })
  const touched = (shard: string) => keys.shard(shard).touched
  const ofShard = (shard: string) => {
    const areCopied = replicas.watch([touched(shard)])
    return () => areCopied()
  }
  const all = shardNames(identity.shards).map(touched)

  return {
    ofShard,

    ofJourney(journeyId) {
      const shard = shardOfJourney(journeyId)
      if (shard === undefined) throw new Error(`${journeyId} is no journey id`)
      return ofShard(shard)
    },

    ofAll() {
      const areCopied = replicas.watch(all)
      return async journeyIds => {
        if (count === 0) return true
        const shards = journeyIds?.flatMap(id => shardOfJourney(id) ?? [])
        const named = shards === undefined ? all : [...new Set(shards.map(touched))]
        // What others have written lies before this in what the replicas are sent.
        await Promise.all(named.map(key => client.set(key, '')))
        return areCopied(named)
      }
    },
  }
}
