import { z } from 'zod'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type CommitStore, commit } from './commit.ts'
import type { Identity } from './identity.ts'

/** What is known of a lead that is to be erased, as long as that takes. */
const Known = z.object({ phones: z.array(z.string()), emails: z.array(z.string()), names: z.array(z.string()) })
export type Known = z.output<typeof Known>

/** Somebody wants a lead to be erased. */
export interface Erasure {
  id: string
  /** What the lead goes by afterwards. */
  lead: string
  /** What came in later is not meant, ms. */
  askedAt: number
  by: string
  /** Absent while it is under way. */
  doneAt?: number
  /** What was erased so far. */
  journeys: number
  events: number
}

/** The lead itself, which only those who erase it may know. */
export interface Erasing extends Erasure {
  leadId: string
  known: Known
}

/** The wish is on disk when it is answered, and stays due until everything is gone. */
export interface Erasures {
  /** Asking again for the same lead starts anew: what came in meanwhile is meant as well. */
  ask(leadId: string, by: string): Promise<Erasure>
  read(id: string): Promise<Erasure | undefined>
  /** `undefined` when it is done. */
  open(id: string): Promise<Erasing | undefined>
  /** Kept before anything goes by which it was found, so that a crash does not hide the rest. */
  keepKnown(id: string, known: Known): Promise<void>
  count(id: string, gone: { journeys: number; events: number }): Promise<void>
  /** Looked through once more after `delayMs`. */
  again(id: string, delayMs: number): Promise<void>
  /** It is done, unless somebody has asked again since. What was known of the lead goes as well. */
  done(erasure: Erasure): Promise<void>
}

/** How long it is told that a lead was erased; by then the audit says so alone. */
const KEEP_MS = 30 * 24 * 3_600_000

const shardOf = (id: string) => /^era_(\d{2,4})_[0-9a-f]{20}$/.exec(id)?.[1]

export function createErasures(parts: CommitStore & { keys: Keys; seal: Seal; identity: Identity }): Erasures {
  const { client, keys, seal, identity } = parts
  const own = (id: string) => keys.shard(shardOf(id) ?? '')

  async function load(id: string): Promise<Record<string, string> | undefined> {
    const record = shardOf(id) === undefined ? {} : await client.hgetall(own(id).erasure(id))
    return record['askedAt'] === undefined ? undefined : record
  }

  const decode = (id: string, record: Record<string, string>): Erasure => ({
    id,
    lead: record['name'] ?? '',
    askedAt: Number(record['askedAt']),
    by: record['by'] ?? '',
    journeys: Number(record['journeys'] ?? 0),
    events: Number(record['events'] ?? 0),
    ...(record['doneAt'] === undefined ? {} : { doneAt: Number(record['doneAt']) }),
  })

  return {
    async ask(leadId, by) {
      const hash = identity.lead(leadId)
      const id = `era_${identity.shardOf(hash)}_${hash}`
      const key = own(id).erasure(id)
      const name = identity.erasedLead(leadId)
      await commit(
        parts,
        [],
        [
          ['HSET', key, 'askedAt', { fromNowMs: 0 }, 'by', by, 'name', name, 'lead', seal.sealText(leadId)],
          ['HDEL', key, 'doneAt', 'journeys', 'events'],
          ['PERSIST', key],
          ['ZADD', own(id).erasures, { fromNowMs: 0 }, id],
        ],
      )
      return decode(id, (await load(id)) ?? {})
    },

    async read(id) {
      const record = await load(id)
      return record && decode(id, record)
    },

    async open(id) {
      const record = await load(id)
      const sealed = record?.['lead']
      if (record === undefined || sealed === undefined) return undefined
      const none: Known = { phones: [], emails: [], names: [] }
      const known = record['known'] === undefined ? none : Known.parse(JSON.parse(seal.openText(record['known'])))
      return { ...decode(id, record), leadId: seal.openText(sealed), known }
    },

    async keepKnown(id, known) {
      await commit(parts, [], [['HSET', own(id).erasure(id), 'known', seal.sealText(JSON.stringify(known))]])
    },

    async count(id, { journeys, events }) {
      const key = own(id).erasure(id)
      await commit(
        parts,
        [],
        [
          ['HINCRBY', key, 'journeys', journeys],
          ['HINCRBY', key, 'events', events],
        ],
      )
    },

    async again(id, delayMs) {
      await commit(parts, [], [['ZADD', own(id).erasures, { fromNowMs: delayMs }, id]])
    },

    async done({ id, askedAt }) {
      const key = own(id).erasure(id)
      await commit(
        parts,
        [{ name: 'asked again', command: ['HGET', key, 'askedAt'], must: 'is', value: askedAt }],
        [
          ['HDEL', key, 'lead', 'known'],
          ['HSET', key, 'doneAt', { fromNowMs: 0 }],
          ['PEXPIRE', key, KEEP_MS],
          ['ZREM', own(id).erasures, id],
        ],
      )
    },
  }
}
