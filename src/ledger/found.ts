import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'

/** How far each provider's interactions have been looked through for those that began without us. */
export interface FoundMarks {
  /** Everything within a scope that began before was looked at, ms; `undefined` before the first look. */
  reachedAt(provider: string, scope: string): Promise<number | undefined>
  /** Never moves back. */
  noteReached(provider: string, scopes: readonly string[], at: number): Promise<void>
  /** Takes the walk over a provider's list for this long, or keeps it. `false` while somebody else has it. */
  lease(provider: string, owner: string, ms: number): Promise<boolean>
  release(provider: string, owner: string): Promise<void>
  /** Since when the list cannot be walked over, and why. */
  fault(provider: string): Promise<{ since: number; why: string } | undefined>
  noteFault(provider: string, fault: { since: number; why: string }): Promise<void>
  clearFault(provider: string): Promise<void>
}

const noteScript = createScript(`
for at = 2, #ARGV do
  local before = tonumber(redis.call('HGET', KEYS[1], ARGV[at]) or 0)
  if tonumber(ARGV[1]) > before then redis.call('HSET', KEYS[1], ARGV[at], ARGV[1]) end
end
return 1
`)

const leaseScript = createScript(`
local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)

const releaseScript = createScript(`
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`)

export function createFoundMarks({ client, keys }: { client: RedisClient; keys: Keys }): FoundMarks {
  return {
    async reachedAt(provider, scope) {
      const at = await client.hget(keys.found(provider).reached, scope)
      return at === null ? undefined : Number(at)
    },
    async noteReached(provider, scopes, at) {
      if (scopes.length > 0) await noteScript.run(client, [keys.found(provider).reached], [at, ...scopes])
    },
    lease: async (provider, owner, ms) =>
      (await leaseScript.run(client, [keys.found(provider).lease], [owner, Math.ceil(ms)])) === 1,
    async release(provider, owner) {
      await releaseScript.run(client, [keys.found(provider).lease], [owner])
    },
    async fault(provider) {
      const { since, why } = await client.hgetall(keys.found(provider).fault)
      return since === undefined ? undefined : { since: Number(since), why: why ?? '' }
    },
    async noteFault(provider, { since, why }) {
      const { fault } = keys.found(provider)
      await client.hsetnx(fault, 'since', since)
      await client.hset(fault, 'why', why)
    },
    async clearFault(provider) {
      await client.del(keys.found(provider).fault)
    },
  }
}
