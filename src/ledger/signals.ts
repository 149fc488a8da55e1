import type { Clock } from '../clock.ts'
import type { RedisClient } from '../redis/connect.ts'
import type { Keys } from '../redis/keys.ts'

/** What processes have seen lately and no record holds: how effects went, and how accounts took their keys. */
export interface Signals {
  note(seen: Seen): Promise<void>
  /** Of at least the last `windowMs`, by kind of effect. */
  results(windowMs: number): Promise<Record<string, Results>>
  /** Accounts whose key was refused, and not accepted since. */
  refusedKeys(): Promise<string[]>
}

export interface Results {
  done: number
  failed: number
}

export interface Seen {
  results: ReadonlyMap<string, Results>
  /** When the key was last refused or accepted, ms. */
  keys: ReadonlyMap<string, { refusedAt?: number; acceptedAt?: number }>
}

const MINUTE_MS = 60_000

/** Longer than any window that is asked for. */
const RESULTS_KEPT_S = 3_600

export function createSignals(parts: { client: RedisClient; clock: Clock; keys: Keys }): Signals {
  const { client, clock, keys } = parts
  const minuteOf = (at: number) => Math.floor(at / MINUTE_MS)

  return {
    async note({ results, keys: answers }) {
      const key = keys.results(minuteOf(clock.now()))
      const counts = [...results].flatMap(([kind, { done, failed }]) => [
        ...(done > 0 ? [client.hincrby(key, `done ${kind}`, done)] : []),
        ...(failed > 0 ? [client.hincrby(key, `failed ${kind}`, failed)] : []),
      ])
      const times = [...answers].flatMap(([account, { refusedAt, acceptedAt }]) => [
        ...(refusedAt === undefined ? [] : [client.hset(keys.keyAnswers, `refused ${account}`, refusedAt)]),
        ...(acceptedAt === undefined ? [] : [client.hset(keys.keyAnswers, `accepted ${account}`, acceptedAt)]),
      ])
      await Promise.all([...counts, ...times])
      if (counts.length > 0) await client.expire(key, RESULTS_KEPT_S)
    },

    async results(windowMs) {
      const now = clock.now()
      const minutes = minuteOf(now) - minuteOf(now - windowMs) + 1
      const found = await Promise.all(
        Array.from({ length: minutes }, (_, back) => client.hgetall(keys.results(minuteOf(now) - back))),
      )
      const sums: Record<string, Results> = {}
      for (const [field, count] of found.flatMap(minute => Object.entries(minute))) {
        const [what, kind = ''] = field.split(' ')
        sums[kind] ??= { done: 0, failed: 0 }
        sums[kind][what === 'failed' ? 'failed' : 'done'] += Number(count)
      }
      return sums
    },

    async refusedKeys() {
      const times = await client.hgetall(keys.keyAnswers)
      return Object.keys(times).flatMap(field => {
        const [what, account = ''] = field.split(' ')
        if (what !== 'refused') return []
        return Number(times[field]) > Number(times[`accepted ${account}`] ?? 0) ? [account] : []
      })
    },
  }
}
