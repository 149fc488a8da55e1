import { type Channel, channels } from '../campaigns/vocabulary.ts'
import type { Keys } from '../redis/keys.ts'
import { shardNames } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type Command, type CommitStore, commit, type Guard } from './commit.ts'
import type { Identity, Person } from './identity.ts'
import { type Found, newestFirst } from './merged-pages.ts'
import type { Page } from './page.ts'
import {
  type Mark,
  markCommands,
  markField,
  markFields,
  memberOf,
  personOf,
  type SuppressionCause,
  type SuppressionKind,
  suppressionKinds,
} from './suppression-marks.ts'

/** A number that must not be reached on some channels, and why. */
export interface Suppression {
  person: Person
  /** E.164; absent once the person was erased. */
  phone?: string
  channels: Channel[]
  /** What stands, oldest first: nobody is reached before all of it is gone. */
  entries: SuppressionEntry[]
}

export interface SuppressionEntry extends SuppressionCause {
  kind: SuppressionKind
  channels: Channel[]
  at: number
  /** The words that were read, where a person has to judge them. */
  words?: string
}

/** What a text of the number said of being reached. */
export interface HeardWord extends SuppressionCause {
  said: 'stop' | 'stop_inferred' | 'start'
  /** When it was sent, ms: what it says holds against everything before and gives way to everything after. */
  at: number
  words?: string
}

export interface Suppressions {
  /** Somebody says so. `standing` when that was known already. */
  suppress(person: Person, phone: string, on: readonly Channel[], why: SuppressionCause): Promise<'added' | 'standing'>
  /** Whether somebody has said so for all of these channels. */
  isStated(person: Person, on: readonly Channel[]): Promise<boolean>
  /**
   * The number itself has written. START takes back what it wrote before and nothing else; of words with the same time
   * an opt-out is the last.
   * @returns `old` when something newer was heard of it already
   */
  hear(person: Person, phone: string, word: HeardWord): Promise<'added' | 'released' | 'old'>
  /** Everything goes. `false` when there was nothing. */
  remove(person: Person): Promise<boolean>
  /** A person has looked at an inferred opt-out: it is one, or it is none. `false` when there is none any more. */
  judge(person: Person, isOptOut: boolean): Promise<boolean>
  find(person: Person): Promise<Suppression | undefined>
  /** Newest first; `isInferred` lists those that were only inferred and that nobody has looked at. */
  list(page: Page, isInferred?: boolean): Promise<Found<Suppression>>
  /** How many wait to be looked at. */
  inferredCount(): Promise<number>
  /** The person is erased: number and words go, and the keyed hash keeps on suppressing. */
  forget(person: Person): Promise<void>
}

/** Words that are kept for whoever judges them. */
export const MAX_WORDS = 500

/**
 * Of words with the same time, in ms, the one that keeps the number from being reached counts as the newest: times are
 * whole seconds at some vendors. A time that stands alone is that of an opt-out, so hearing one again is no news.
 */
const EARLIER_MS = { start: 0.5, stop_inferred: 0.25, stop: 0 } as const

/** What the words of one number are ordered by. */
export function orderOf({ said, at }: Pick<HeardWord, 'said' | 'at'>): number {
  return at - EARLIER_MS[said]
}

export function createSuppressions(parts: CommitStore & { keys: Keys; seal: Seal; identity: Identity }): Suppressions {
  const { client, clock, keys, seal, identity } = parts
  const shards = shardNames(identity.shards).map(shard => keys.shard(shard))

  async function marksOf(person: Person): Promise<Map<string, Mark>> {
    const fields = markFields(person.id)
    const found = await client.hmget(keys.shard(person.shard).suppressions, ...fields)
    return new Map(fields.flatMap((field, at) => (found[at] ? [[field, JSON.parse(found[at]) as Mark] as const] : [])))
  }

  async function find(person: Person): Promise<Suppression | undefined> {
    const marks = await marksOf(person)
    const entries = new Map<string, SuppressionEntry>()
    let phone: string | undefined
    for (const kind of suppressionKinds) {
      for (const channel of channels) {
        const mark = marks.get(markField(person.id, channel, kind))
        if (mark === undefined) continue
        if (phone === undefined && mark.phone !== undefined) phone = seal.openText(mark.phone)
        const { reason, by, at, words } = mark
        const name = JSON.stringify([kind, reason, by, at])
        const entry = entries.get(name) ?? { kind, channels: [], reason, by, at }
        entry.channels.push(channel)
        if (words !== undefined) entry.words = seal.openText(words)
        entries.set(name, entry)
      }
    }
    if (entries.size === 0) return undefined
    const all = [...entries.values()].sort((a, b) => a.at - b.at)
    return {
      person,
      ...(phone === undefined ? {} : { phone }),
      channels: channels.filter(channel => all.some(entry => entry.channels.includes(channel))),
      entries: all,
    }
  }

  /** Takes marks of some kinds away, and the number from the list where none is left. */
  async function release(
    person: Person,
    kinds: readonly SuppressionKind[],
    guards: readonly Guard[] = [],
    also: readonly Command[] = [],
  ): Promise<boolean> {
    const own = keys.shard(person.shard)
    const left = markFields(
      person.id,
      channels,
      suppressionKinds.filter(kind => !kinds.includes(kind)),
    )
    const alone = left.map(
      (field): Guard => ({ name: 'others', command: ['HEXISTS', own.suppressions, field], must: 'absent' }),
    )
    const gone: Command[] = [
      ...also,
      ['HDEL', own.suppressions, ...markFields(person.id, channels, kinds)],
      ['ZREM', own.inferred, memberOf(person)],
    ]
    const whole = await commit(parts, [...guards, ...alone], [...gone, ['ZREM', own.suppressed, memberOf(person)]])
    if (whole.ok || whole.refusedBy !== 'others') return whole.ok
    return (await commit(parts, guards, gone)).ok
  }

  async function isStated(person: Person, on: readonly Channel[]): Promise<boolean> {
    const marks = await marksOf(person)
    return on.every(channel => marks.has(markField(person.id, channel, 'stated')))
  }

  return {
    find,
    isStated,

    async suppress(person, phone, on, why) {
      const mark = { ...why, at: clock.now(), phone: seal.sealText(phone) }
      // Asked first and answered with the write, which changes nothing that stands: nobody waits for two.
      const [wasStated] = await Promise.all([
        isStated(person, on),
        commit(parts, [], markCommands(keys.shard(person.shard), person, 'stated', on, mark)),
      ])
      return wasStated ? 'standing' : 'added'
    },

    async hear(person, phone, { said, at: sentAt, words, ...why }) {
      const own = keys.shard(person.shard)
      // A clock that is ahead of ours must not make a word the last one for ever.
      const at = Math.min(sentAt, clock.now())
      const heardAt = own.person(person.id)
      const order = orderOf({ said, at })
      const newer: Guard = { name: 'old', command: ['HGET', heardAt, 'heardAt'], must: 'below', value: order }
      const noted: Command = ['HSET', heardAt, 'heardAt', order]
      if (said === 'start') {
        return (await release(person, ['text', 'inferred'], [newer], [noted])) ? 'released' : 'old'
      }
      const mark: Mark = { ...why, at, phone: seal.sealText(phone) }
      if (said === 'stop') {
        const marked = markCommands(own, person, 'text', channels, mark)
        const surer: Command = ['HDEL', own.suppressions, ...markFields(person.id, channels, ['inferred'])]
        return (await commit(parts, [newer], [noted, ...marked, surer])).ok ? 'added' : 'old'
      }
      if (words !== undefined) mark.words = seal.sealText(words.slice(0, MAX_WORDS))
      // Where something surer stands there is nothing to look at.
      const doubtful = markFields(person.id, channels, ['stated', 'text']).map(
        (field): Guard => ({ name: 'surer', command: ['HEXISTS', own.suppressions, field], must: 'absent' }),
      )
      const marked = markCommands(own, person, 'inferred', channels, mark)
      const written = await commit(parts, [newer, ...doubtful], [noted, ...marked])
      if (written.ok) return 'added'
      if (written.refusedBy === 'old') return 'old'
      const beside = marked.filter(([, key]) => key !== own.inferred)
      return (await commit(parts, [newer], [noted, ...beside])).ok ? 'added' : 'old'
    },

    async remove(person) {
      const marks = await marksOf(person)
      return marks.size > 0 && (await release(person, suppressionKinds))
    },

    async judge(person, isOptOut) {
      const marks = await marksOf(person)
      const inferred = channels.filter(channel => marks.has(markField(person.id, channel, 'inferred')))
      if (inferred.length === 0) return false
      if (!isOptOut) return release(person, ['inferred'])
      const own = keys.shard(person.shard)
      const sure = inferred.flatMap((channel): Command[] => {
        const { words: _, ...mark } = marks.get(markField(person.id, channel, 'inferred')) as Mark
        return markCommands(own, person, 'text', [channel], mark)
      })
      const still = inferred.map(
        (channel): Guard => ({
          name: 'gone',
          command: ['HEXISTS', own.suppressions, markField(person.id, channel, 'inferred')],
          must: 'is',
          value: '1',
        }),
      )
      const doubt: Command = ['HDEL', own.suppressions, ...markFields(person.id, channels, ['inferred'])]
      return (await commit(parts, still, [...sure, doubt])).ok
    },

    async list(page, isInferred = false) {
      const sets = shards.map(shard => (isInferred ? shard.inferred : shard.suppressed))
      const { items, ...rest } = await newestFirst(client, sets, page)
      const found = await Promise.all(items.map(member => find(personOf(member))))
      return { items: found.filter(suppression => suppression !== undefined), ...rest }
    },

    async inferredCount() {
      const counts = await Promise.all(shards.map(shard => client.zcard(shard.inferred)))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async forget(person) {
      const own = keys.shard(person.shard)
      for (const [field, { phone: _, words: __, ...rest }] of await marksOf(person)) {
        const still: Guard = { name: 'gone', command: ['HEXISTS', own.suppressions, field], must: 'is', value: '1' }
        await commit(parts, [still], [['HSET', own.suppressions, field, JSON.stringify(rest)]])
      }
    },
  }
}
