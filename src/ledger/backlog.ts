import type { RedisClient } from '../redis/connect.ts'
import { type Keys, type StepKind, shardNames, stepKinds } from '../redis/keys.ts'
import type { Identity } from './identity.ts'

/** What is due and not yet done. */
export interface Pending {
  count: number
  /** When the oldest of them came due, ms; absent where none is. */
  oldestAt?: number
}

export interface Backlog {
  /**
   * Steps by kind. Dials and hand-overs are none of it: they wait for windows, paces and places, which is no delay. A
   * step that a scheduler has claimed counts again when its lease is over.
   */
  steps(now: number): Promise<Partial<Record<StepKind, Pending>>>
  /** Events that were accepted and are not handled. */
  inbox(now: number): Promise<Pending>
  /** Dials or hand-overs of a campaign that wait to go out: the soonest, ms, and how many there are. */
  planned(campaign: string, kind: 'dial' | 'handover'): Promise<{ count: number; soonestAt?: number }>
}

const measured = stepKinds.filter(kind => kind !== 'dial' && kind !== 'handover')

export function createBacklog(parts: { client: RedisClient; keys: Keys; identity: Identity }): Backlog {
  const { client, keys, identity } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))

  /** Counts up to a time and the first entry, over sorted sets that belong together. */
  async function look(indexes: readonly string[], until: number | '+inf'): Promise<{ count: number; first?: number }> {
    const looks = await Promise.all(
      indexes.map(index =>
        Promise.all([client.zcount(index, '-inf', until), client.zrange(index, 0, '0', 'WITHSCORES')]),
      ),
    )
    const count = looks.reduce((sum, [counted]) => sum + counted, 0)
    const firsts = looks.flatMap(([, [, at]]) => (at === undefined ? [] : [Number(at)]))
    return firsts.length === 0 ? { count } : { count, first: Math.min(...firsts) }
  }

  async function pending(indexes: readonly string[], now: number): Promise<Pending> {
    const { count, first } = await look(indexes, now)
    return first === undefined || first > now ? { count } : { count, oldestAt: first }
  }

  return {
    async steps(now) {
      const found = await Promise.all(
        measured.map(
          async kind =>
            [
              kind,
              await pending(
                shards.map(shard => shard.due(kind)),
                now,
              ),
            ] as const,
        ),
      )
      return Object.fromEntries(found)
    },

    inbox: now =>
      pending(
        shards.map(shard => shard.inbox),
        now,
      ),

    async planned(campaign, kind) {
      const indexes = shards.flatMap(shard => [true, false].map(isList => shard.due(kind, campaign, isList)))
      const { count, first } = await look(indexes, '+inf')
      return first === undefined ? { count } : { count, soonestAt: first }
    },
  }
}
