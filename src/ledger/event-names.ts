import { type Keys, shardNames } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type Command, type CommitStore, commit, type Guard } from './commit.ts'
import type { Identity, Person } from './identity.ts'

/**
 * Whom events are about, so that those of one person are found without opening all: each handled event is listed under a
 * keyed hash of every lead and number that it names, and under the journeys that it led to.
 */

/** How a lead, a number or a journey is listed. Holds no personal data. */
export const eventName = {
  lead: (identity: Identity, leadId: string) => `l:${identity.lead(leadId)}`,
  number: ({ id }: Pick<Person, 'id'>) => `n:${id}`,
  isLead: (name: string) => name.startsWith('l:'),
}

type ShardKeys = ReturnType<Keys['shard']>

/** Lists a handled event by its names, in place of those it had; one without any is listed as such. */
export function planNames(keys: ShardKeys, eventId: string, names: readonly string[]): Command[] {
  const own = [...new Set(names)]
  if (own.length === 0) return [['ZADD', keys.unnamed, { fromNowMs: 0 }, eventId]]
  return [
    ['HSET', keys.event(eventId), 'names', own.join(' ')],
    ['ZADD', keys.eventNames, ...own.flatMap(name => [0, `${name} ${eventId}`])],
    ['ZREM', keys.unnamed, eventId],
  ]
}

/** Takes an event off every list. @param names as its record holds them */
export function unlistEvent(keys: ShardKeys, eventId: string, names: string | null | undefined): Command[] {
  const members = (names ?? '').split(' ').flatMap(name => (name === '' ? [] : [`${name} ${eventId}`]))
  const unnamed: Command = ['ZREM', keys.unnamed, eventId]
  return members.length === 0 ? [unnamed] : [unnamed, ['ZREM', keys.eventNames, ...members]]
}

export interface NamedEvent {
  eventId: string
  /** When it came in, ms. */
  receivedAt: number
  names: string[]
  /** Its body is gone with its lead. */
  isErased: boolean
}

export interface EventNames {
  /** Events that are listed under any of the names. */
  under(names: readonly string[]): Promise<string[]>
  /** `undefined` when there is no such event. */
  look(eventId: string): Promise<NamedEvent | undefined>
  /** Bodies that stand under nobody's name: of events that wait to be handled, and of those that could not be read. */
  unlisted(): AsyncIterable<{ eventId: string; raw: Buffer }>
  /** The event's body, its names and what is still to be done with it go; that it was here stays. */
  erase(eventId: string): Promise<boolean>
}

/** Bodies read at once: each can be a megabyte. */
const BODIES = 20

export function createEventNames(parts: CommitStore & { keys: Keys; seal: Seal; identity: Identity }): EventNames {
  const { client, keys, seal, identity } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))
  const own = (eventId: string) => keys.shard(identity.shardOf(eventId))

  async function body(shard: ShardKeys, eventId: string): Promise<{ eventId: string; raw: Buffer }[]> {
    const sealed = await client.hgetBuffer(shard.event(eventId), 'raw')
    return sealed ? [{ eventId, raw: seal.openBytes(sealed) }] : []
  }

  return {
    async under(names) {
      const found = await Promise.all(
        shards.flatMap(shard => names.map(name => client.zrangebylex(shard.eventNames, `[${name} `, `(${name}!`))),
      )
      return [...new Set(found.flat().map(member => member.slice(member.indexOf(' ') + 1)))]
    },

    async look(eventId) {
      const [receivedAt, names, erasedAt] = await client.hmget(
        own(eventId).event(eventId),
        'receivedAt',
        'names',
        'erasedAt',
      )
      if (!receivedAt) return undefined
      const listed = (names ?? '').split(' ').filter(name => name !== '')
      return { eventId, receivedAt: Number(receivedAt), names: listed, isErased: Boolean(erasedAt) }
    },

    async *unlisted() {
      for (const shard of shards) {
        const [waiting, unnamed] = await Promise.all([
          client.zrange(shard.inbox, 0, '-1'),
          client.zrange(shard.unnamed, 0, '-1'),
        ])
        const ids = [...new Set([...waiting, ...unnamed])]
        for (let at = 0; at < ids.length; at += BODIES) {
          const bodies = await Promise.all(ids.slice(at, at + BODIES).map(id => body(shard, id)))
          yield* bodies.flat()
        }
      }
    },

    async erase(eventId) {
      const shard = own(eventId)
      const event = shard.event(eventId)
      const [state, names] = await client.hmget(event, 'state', 'names')
      const isThere: Guard = { name: 'gone', command: ['HEXISTS', event, 'source'], must: 'is', value: '1' }
      const once: Guard = { name: 'erased', command: ['HEXISTS', event, 'erasedAt'], must: 'absent' }
      const unheard: Command[] =
        state === 'received' ? [['HSET', event, 'state', 'ignored', 'reason', 'the lead was erased']] : []
      const written = await commit(
        parts,
        [isThere, once],
        [
          ['HDEL', event, 'raw', 'names'],
          ['HSET', event, 'erasedAt', { fromNowMs: 0 }],
          ...unheard,
          ...unlistEvent(shard, eventId, names),
          ['ZREM', shard.inbox, eventId],
          ['ZREM', shard.forwards, eventId],
        ],
      )
      return written.ok
    },
  }
}
