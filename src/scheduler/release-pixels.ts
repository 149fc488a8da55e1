import type { Clock } from '../clock.ts'
import type { Destination } from '../ledger/destinations.ts'
import type { Ledger } from '../ledger/index.ts'
import { type Keys, shardNames } from '../redis/keys.ts'

/** A destination that takes pixels is looked through this often for some that wait for it all the same. */
const EVERY_MS = 5_000

/** A queue that is full is looked at again after this long. */
const CROWDED_MS = 250

/** The one that is sent ahead has reached its handler by then. */
const PROBE_AGAIN_MS = 2_000

/**
 * Makes pixels due that wait for a destination: all of them, soonest to expire first, once it takes pixels again, and one
 * at a time while it does not.
 * @returns a look, given what is known of all destinations and how many pixels there is room for now; it answers in how
 *   many ms to look again
 */
export function createPixelReleases(parts: {
  ledger: { identity: Pick<Ledger['identity'], 'shards'>; due: Pick<Ledger['due'], 'release'> }
  keys: Keys
  clock: Clock
}) {
  const { ledger, keys, clock } = parts
  const shards = shardNames(ledger.identity.shards).map(shard => keys.shard(shard))
  /** When each destination is to be looked at again. */
  const nextAt = new Map<string, number>()
  const paused = new Set<string>()
  let turn = 0

  return async (destinations: ReadonlyMap<string, Destination>, room: number): Promise<number | undefined> => {
    const now = clock.now()
    const waits: number[] = []
    for (const destination of destinations.values()) {
      const { name, state, probeAt = now } = destination
      if (state === 'healthy' && paused.delete(name)) nextAt.delete(name)
      if (state !== 'healthy') paused.add(name)
      const at = Math.max(nextAt.get(name) ?? 0, state === 'paused' ? probeAt : 0)
      if (at > now) {
        waits.push(at - now)
        continue
      }
      if (state === 'probing') continue
      const waitMs = state === 'healthy' ? await releaseAll(name, room) : await releaseOne(name)
      nextAt.set(name, now + waitMs)
      waits.push(waitMs)
    }
    return waits.length === 0 ? undefined : Math.min(...waits)
  }

  /** As many as the queue has room for. Answers when there may be more. */
  async function releaseAll(name: string, room: number): Promise<number> {
    if (room < 1) return CROWDED_MS
    const limit = Math.ceil(room / shards.length)
    const released = await Promise.all(shards.map(own => ledger.due.release(own.waiting(name), own.due('fire'), limit)))
    return released.some(count => count >= limit) ? 0 : EVERY_MS
  }

  async function releaseOne(name: string): Promise<number> {
    turn += 1
    const first = turn % shards.length
    for (const own of [...shards.slice(first), ...shards.slice(0, first)]) {
      if ((await ledger.due.release(own.waiting(name), own.due('fire'), 1)) > 0) break
    }
    return PROBE_AGAIN_MS
  }
}
