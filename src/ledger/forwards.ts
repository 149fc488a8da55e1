import type { Keys } from '../redis/keys.ts'
import { type Command, type CommitStore, commit } from './commit.ts'
import type { Identity } from './identity.ts'

/** Deliveries that are passed on to somebody else, at least once, after they were handled here. */
export interface Forwards {
  done(eventId: string): Promise<void>
  /** It failed: due again after `delayMs`. */
  putOff(eventId: string, delayMs: number): Promise<void>
  giveUp(eventId: string): Promise<void>
}

/** The delivery is due to be passed on; tries that were made before count no more. */
export function planForward(forwards: string, event: string, eventId: string): Command[] {
  return [
    ['HDEL', event, 'forwardTries', 'forwardFailedAt'],
    ['ZADD', forwards, { fromNowMs: 0 }, eventId],
  ]
}

export function createForwards(parts: CommitStore & { keys: Keys; identity: Identity }): Forwards {
  const own = (eventId: string) => parts.keys.shard(parts.identity.shardOf(eventId))
  const end = async (eventId: string, field: 'forwardedAt' | 'forwardFailedAt') => {
    const { event, forwards } = own(eventId)
    const noted: Command[] = [
      ['HINCRBY', event(eventId), 'forwardTries', 1],
      ['HSET', event(eventId), field, { fromNowMs: 0 }],
      ['ZREM', forwards, eventId],
    ]
    await commit(parts, [], noted)
  }
  return {
    done: eventId => end(eventId, 'forwardedAt'),
    giveUp: eventId => end(eventId, 'forwardFailedAt'),
    async putOff(eventId, delayMs) {
      const { event, forwards } = own(eventId)
      const later: Command[] = [
        ['HINCRBY', event(eventId), 'forwardTries', 1],
        ['ZADD', forwards, { fromNowMs: delayMs }, eventId],
      ]
      await commit(parts, [], later)
    },
  }
}
