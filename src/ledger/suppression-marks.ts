import { type Channel, channels } from '../campaigns/vocabulary.ts'
import type { Seal } from '../seal.ts'
import type { Command, Guard } from './commit.ts'
import type { Draft } from './draft.ts'
import { type Person, shardOfJourney } from './identity.ts'

/**
 * The marks that keep a number from being called or texted. There is one for each channel and each way in which it came,
 * so that one can be taken back and the others stand: `stated` is whatever somebody said of the number (an operator, a
 * list, the vendor, the lead on the phone), `text` and `inferred` are what the number itself wrote.
 */
export const suppressionKinds = ['stated', 'text', 'inferred'] as const
export type SuppressionKind = (typeof suppressionKinds)[number]

/** Why, and by whom. */
export interface SuppressionCause {
  /** A few words for people: `opted out`. */
  reason: string
  /** A person's key, an event, an interaction, a journey. */
  by: string
}

/** A mark as it is kept. */
export interface Mark extends SuppressionCause {
  at: number
  /** Sealed; absent once the person was erased, of whom the keyed hash alone is left. */
  phone?: string
  /** The words that were read, sealed: for whoever has to judge them. */
  words?: string
}

/** The name that a refusal of the guards below carries. */
export const SUPPRESSED = 'suppressed'

const suffixes = { stated: '', text: ':text', inferred: ':inferred' } as const

export function markField(person: string, channel: Channel, kind: SuppressionKind): string {
  return `${person}:${channel}${suffixes[kind]}`
}

/** Every field that suppresses a number on these channels. */
export function markFields(
  person: string,
  on: readonly Channel[] = channels,
  kinds: readonly SuppressionKind[] = suppressionKinds,
): string[] {
  return on.flatMap(channel => kinds.map(kind => markField(person, channel, kind)))
}

/** Holds while the journey's number may be reached on this channel. Redis asks it in the write that it guards. */
export function notSuppressed({ journey, keys }: Draft, channel: Channel): Guard[] {
  return markFields(journey.person, [channel]).map(field => ({
    name: SUPPRESSED,
    command: ['HEXISTS', keys.suppressions, field],
    must: 'absent',
  }))
}

/** The name of a number in the indexes: it says where the number's marks are. */
export function memberOf({ shard, id }: Person): string {
  return `${shard}.${id}`
}

/** The number that such a name stands for. */
export function personOf(member: string): Person {
  const [shard = '', id = ''] = member.split('.')
  return { shard, id }
}

interface ShardKeys {
  suppressions: string
  suppressed: string
  inferred: string
}

/** Sets marks. The first reason stands: who asks later does not overwrite who asked first. */
export function markCommands(
  keys: ShardKeys,
  person: Person,
  kind: SuppressionKind,
  on: readonly Channel[],
  mark: Mark,
): Command[] {
  const member = memberOf(person)
  const value = JSON.stringify(mark)
  return [
    ...on.map((channel): Command => ['HSETNX', keys.suppressions, markField(person.id, channel, kind), value]),
    ['ZADD', keys.suppressed, 'NX', { fromNowMs: 0 }, member],
    // What a person said needs no looking at.
    kind === 'inferred' ? ['ZADD', keys.inferred, 'NX', { fromNowMs: 0 }, member] : ['ZREM', keys.inferred, member],
  ]
}

/** Suppresses the journey's own number as part of a transition. */
export function suppressOwn(draft: Draft, on: readonly Channel[], why: SuppressionCause, seal: Seal): void {
  const { person, private: details } = draft.journey
  const phone = details.phone === undefined ? {} : { phone: seal.sealText(details.phone) }
  const who = { id: person, shard: shardOfJourney(draft.journey.id) ?? '' }
  draft.commands.push(...markCommands(draft.keys, who, 'stated', on, { ...why, at: draft.now, ...phone }))
}
