import type { RedisClient } from '../redis/connect.ts'
import { createScript } from '../redis/script.ts'

/**
 * Scripts on one shard. Each first asks for the shard's mark: a Redis that lost its data (a failover to an empty
 * replica, a flush) answers everything as if nothing had ever happened, and would call people again. Such a shard is
 * neither read nor written.
 */
export interface ShardStore {
  client: RedisClient
  /** What the marks of this ledger say. */
  instance: string
}

export interface ShardScript {
  /** @throws Error starting with `LOST` when the shard is not the one that was written before */
  run(store: ShardStore, keys: readonly string[], args: readonly (string | number | Buffer)[]): Promise<unknown>
}

const LOST = 'LOST the data of this shard is gone'

const ASK_FOR_MARK = `
if redis.call('GET', table.remove(KEYS)) ~= table.remove(ARGV) then
  return redis.error_reply('${LOST}')
end
`

/** The key of a shard's mark, from any key of the shard. */
function markOf(shardKey: string): string {
  return `${shardKey.slice(0, shardKey.indexOf('}') + 1)}:mark`
}

/** What a script on several shards says of one that it has left alone. */
export function lostShard(): Error {
  return new Error(LOST)
}

export function isLost(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('LOST')
}

export function createShardScript(lua: string): ShardScript {
  const script = createScript(ASK_FOR_MARK + lua)
  return {
    run: ({ client, instance }, keys, args) =>
      script.run(client, [...keys, markOf(keys[0] ?? '')], [...args, instance]),
  }
}
