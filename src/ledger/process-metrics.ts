import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'

/** What each process of the service has counted, where every process that answers `/metrics` can read it. */
export interface ProcessMetrics {
  /** Kept for `SNAPSHOT_TTL_MS`: of a process that has died nothing is shown for long. */
  publish(process: string, snapshot: string): Promise<void>
  /** The snapshots of the other processes. */
  others(process: string): Promise<string[]>
}

/** Three times what a process lets pass between two snapshots. */
const SNAPSHOT_TTL_MS = 15_000

export function createProcessMetrics(parts: { client: RedisClient; keys: Keys; now: () => number }): ProcessMetrics {
  const { client, keys, now } = parts
  return {
    async publish(process, snapshot) {
      await client.set(keys.processMetrics(process), snapshot, 'PX', SNAPSHOT_TTL_MS)
      await client.zadd(keys.processes, now(), process)
      await client.zremrangebyscore(keys.processes, '-inf', now() - SNAPSHOT_TTL_MS)
    },

    async others(process) {
      const names = await client.zrange(keys.processes, 0, '-1')
      const found = await Promise.all(
        names.filter(name => name !== process).map(name => client.get(keys.processMetrics(name))),
      )
      return found.flatMap(snapshot => snapshot ?? [])
    },
  }
}
