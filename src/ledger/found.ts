import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'

/** How far each provider's interactions have been looked through for those that began without us. */
export interface FoundMarks {
  /** Everything that began before was looked at, ms; `undefined` before the first look. */
  reachedAt(provider: string): Promise<number | undefined>
  noteReached(provider: string, at: number): Promise<void>
}

export function createFoundMarks({ client, keys }: { client: RedisClient; keys: Keys }): FoundMarks {
  return {
    async reachedAt(provider) {
      const at = await client.get(keys.found(provider))
      return at === null ? undefined : Number(at)
    },
    async noteReached(provider, at) {
      await client.set(keys.found(provider), at)
    },
  }
}
