import { type Identity, lostShards } from '../ledger/identity.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'

export interface Readiness {
  check(): Promise<{ ready: boolean; why: string[]; durability?: readonly string[] }>
}

/** A canary that has not come back for this long means that jobs are not being done. It runs every few seconds. */
const CANARY_STALE_MS = 30_000

/** Whoever asks whether we are ready must not wait for a Redis that does not answer. */
const ANSWER_WITHIN_MS = 1_000

export function createReadiness(parts: {
  client: RedisClient
  keys: Keys
  identity: Identity
  now: () => number
  /** Only a process with the worker role answers for the canary. */
  asksCanary: boolean
  /** What was accepted although it can lose data. */
  durability: readonly string[]
  isStopping: () => boolean
}): Readiness {
  const { client, keys, identity, now, asksCanary, durability, isStopping } = parts

  async function faults(): Promise<string[]> {
    if (isStopping()) return ['stopping']
    let lastCanary: string | null
    try {
      lastCanary = await client.get(keys.canary)
    } catch {
      return ['redis: not reachable']
    }
    const lost = await lostShards(client, keys, identity.shards, identity.instance)
    if (lost.length > 0)
      return [`redis: the data of shards ${lost.join(', ')} is gone; nothing is taken or done until it is restored`]
    if (!asksCanary) return []
    if (lastCanary === null) return ['canary: no job has been done yet']
    const ageMs = now() - Number(lastCanary)
    return ageMs > CANARY_STALE_MS ? [`canary: no job has been done for ${Math.round(ageMs / 1000)} s`] : []
  }

  return {
    async check() {
      const { promise, resolve } = Promise.withResolvers<string[]>()
      const timer = setTimeout(() => resolve(['redis: no answer']), ANSWER_WITHIN_MS)
      const why = await Promise.race([faults(), promise])
      clearTimeout(timer)
      return { ready: why.length === 0, why, ...(durability.length > 0 ? { durability } : {}) }
    },
  }
}
