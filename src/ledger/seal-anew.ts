import { z } from 'zod'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createScript } from '../redis/script.ts'
import type { Seal } from '../seal.ts'
import type { CommitStore } from './commit.ts'
import { otherDataKeys } from './data-keys.ts'
import type { Identity } from './identity.ts'
import { resealBytes, resealFields, resealText } from './reseal.ts'

/** What one turn of sealing anew came to. */
export interface Resealed {
  /** Records that were written. */
  sealed: number
  looked: number
  /** Records that were not looked at yet; 0 when nothing is sealed with any other key. */
  left: number
}

export interface SealAnew {
  /**
   * Goes on where it stopped and looks at some more records. Everything is walked over again and again until a whole walk
   * finds nothing that is sealed with another key than the first. `undefined` when there is nothing to do.
   */
  turn(limit: number): Promise<Resealed | undefined>
}

/** Records that are read at once. */
const PAGE = 200

/** Writes what was sealed anew, if nobody has written in between. */
const replaceField = createScript(`
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`)
const replaceString = createScript(`
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[2])
return 1
`)
const replaceEntry = createScript(`
if redis.call('LINDEX', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('LSET', KEYS[1], ARGV[1], ARGV[3])
return 1
`)

/** Where a walk goes on: which part, and the cursor in it. */
const Place = z.object({ part: z.number(), cursor: z.string(), sealed: z.number(), looked: z.number() })
const start: z.output<typeof Place> = { part: 0, cursor: '0', sealed: 0, looked: 0 }

/** One kind of records: some of them at a time, and how each is sealed anew. Answers how many of them had to be. */
interface Part {
  size(): Promise<number>
  page(cursor: string): Promise<{ next: string; looked: number; sealed: number }>
}

export function createSealAnew(parts: CommitStore & { keys: Keys; seal: Seal; identity: Identity }): SealAnew {
  const { client, keys, seal, identity } = parts
  const asText = resealText(seal)
  const asBytes = resealBytes(seal)
  const asDoc = resealFields(seal, ['private'])
  const asMark = resealFields(seal, ['phone', 'words'])

  async function field(key: string, name: string, reseal: (stored: string) => string | undefined): Promise<number> {
    const stored = await client.hget(key, name)
    const after = stored === null ? undefined : reseal(stored)
    if (stored === null || after === undefined) return 0
    await replaceField.run(client, [key], [name, stored, after])
    return 1
  }

  async function body(key: string): Promise<number> {
    const stored = await client.hgetBuffer(key, 'raw')
    const after = stored === null ? undefined : asBytes(stored)
    if (stored === null || after === undefined) return 0
    await replaceField.run(client, [key], ['raw', stored, after])
    return 1
  }

  const sum = async (done: Promise<number>[]) => (await Promise.all(done)).reduce((total, count) => total + count, 0)

  /** Every member of a sorted set. */
  const members = (set: string, reseal: (member: string) => Promise<number>): Part => ({
    size: () => client.zcard(set),
    async page(cursor) {
      const [next, found] = await client.zscan(set, cursor, 'COUNT', PAGE)
      const ids = found.filter((_, at) => at % 2 === 0)
      return { next, looked: ids.length, sealed: await sum(ids.map(reseal)) }
    },
  })

  const marks = (key: string): Part => ({
    size: () => client.hlen(key),
    async page(cursor) {
      const [next, found] = await client.hscan(key, cursor, 'COUNT', PAGE)
      const names = found.filter((_, at) => at % 2 === 0)
      return { next, looked: names.length, sealed: await sum(names.map(name => field(key, name, asMark))) }
    },
  })

  const words: Part = {
    size: () => client.scard(keys.leadWords),
    async page(cursor) {
      const [next, leads] = await client.sscan(keys.leadWords, cursor, 'COUNT', PAGE)
      const all = leads.map(async lead => {
        const names = (await client.hkeys(keys.lead(lead))).filter(name => name.endsWith(':inferred'))
        return sum(names.map(name => field(keys.lead(lead), name, asMark)))
      })
      return { next, looked: leads.length, sealed: await sum(all) }
    },
  }

  async function report(name: string): Promise<number> {
    const [campaign = '', importId = ''] = name.split(' ')
    const key = keys.importReport(campaign, importId)
    let sealed = 0
    for (let at = 0; ; at += 1) {
      const stored = await client.lindex(key, at)
      if (stored === null) return sealed
      const after = asText(stored)
      if (after === undefined) continue
      await replaceEntry.run(client, [key], [at, stored, after])
      sealed += 1
    }
  }

  /** The one vendor that gives tokens in turn. */
  const tokens: Part = {
    size: async () => 1,
    async page() {
      const { kept } = keys.tokens('leadconnector')
      const stored = await client.get(kept)
      const after = stored === null ? undefined : asText(stored)
      if (stored !== null && after !== undefined) await replaceString.run(client, [kept], [stored, after])
      return { next: '0', looked: 1, sealed: after === undefined ? 0 : 1 }
    },
  }

  const walk: readonly Part[] = [
    ...shardNames(identity.shards).flatMap(shard => {
      const own = keys.shard(shard)
      return [
        members(own.journeys, id => field(own.journey(id), 'doc', asDoc)),
        members(own.events, id => body(own.event(id))),
        members(own.erasures, id => sum(['lead', 'known'].map(name => field(own.erasure(id), name, asText)))),
        marks(own.suppressions),
      ]
    }),
    words,
    members(keys.importReports, report),
    tokens,
  ]

  async function readPlace(): Promise<z.output<typeof Place>> {
    const [key, place] = await client.hmget(keys.sealing, 'key', 'place')
    return key === seal.sealsWith && place ? Place.parse(JSON.parse(place)) : start
  }

  return {
    async turn(limit) {
      const others = await otherDataKeys(client, keys, seal)
      if (others.length === 0) return undefined
      const turn = { sealed: 0, looked: 0 }
      let place = await readPlace()
      while (turn.looked < limit && place.part < walk.length) {
        const found = await walk[place.part]?.page(place.cursor)
        if (found === undefined) break
        const { next, looked, sealed } = found
        turn.looked += looked
        turn.sealed += sealed
        const isOver = next === '0'
        place = {
          ...{ part: place.part + (isOver ? 1 : 0), cursor: next },
          ...{ sealed: place.sealed + sealed, looked: place.looked + looked },
        }
      }
      const isWalked = place.part >= walk.length
      // What was written while it was walked is sealed with the first key, or found by the next walk.
      if (isWalked && place.sealed === 0) {
        await client.srem(keys.dataKeys, ...others)
        await client.del(keys.sealing)
        return { ...turn, left: 0 }
      }
      const total = await sum(walk.map(part => part.size()))
      const kept = isWalked ? start : place
      await client.hset(keys.sealing, { key: seal.sealsWith, place: JSON.stringify(kept) })
      return { ...turn, left: Math.max(1, total - kept.looked) }
    },
  }
}
