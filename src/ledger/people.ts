import type { Channel } from '../campaigns/vocabulary.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type Command, type CommitStore, commit, type Guard } from './commit.ts'
import type { Draft } from './draft.ts'
import type { Person } from './identity.ts'

/** Budgets look back 24 h; calls are kept somewhat longer for people who ask. */
const KEEP_CALLS_MS = 7 * 24 * 3_600_000
const DAY_MS = 24 * 3_600_000

export interface Suppression {
  phone: string
  channels: Channel[]
  reason: string
  at: number
  by: string
  inferred?: boolean
}

/** What the ledger knows of one number. */
export interface PersonRecord {
  /** Instants of the intents of recent calls, oldest first, ms. */
  calls: number[]
  /** When the last call ended, ms. */
  lastEndedAt?: number
  /** Until when a call may be going on, ms. */
  liveUntil?: number
  suppressed: Channel[]
}

export interface People {
  read(person: Person): Promise<PersonRecord>
  suppress(
    person: Person,
    phone: string,
    channels: readonly Channel[],
    why: Omit<Suppression, 'phone' | 'channels' | 'at'>,
  ): Promise<void>
}

export function createPeople(parts: CommitStore & { keys: Keys; seal: Seal }): People {
  const { client, clock, keys, seal } = parts
  return {
    async read(person) {
      const own = keys.shard(person.shard)
      const [calls, [lastEndedAt, liveUntil], [voice, sms]] = await Promise.all([
        client.zrange(own.calls(person.id), 0, '-1', 'WITHSCORES'),
        client.hmget(own.person(person.id), 'lastEndedAt', 'liveUntil'),
        client.hmget(own.suppressions, `${person.id}:voice`, `${person.id}:sms`),
      ])
      return {
        calls: calls.filter((_, index) => index % 2 === 1).map(Number),
        suppressed: [...(voice ? (['voice'] as const) : []), ...(sms ? (['sms'] as const) : [])],
        ...(lastEndedAt ? { lastEndedAt: Number(lastEndedAt) } : {}),
        ...(liveUntil ? { liveUntil: Number(liveUntil) } : {}),
      }
    },

    async suppress(person, phone, channels, why) {
      const own = keys.shard(person.shard)
      const commands = channels.map(channel =>
        suppressCommand(own.suppressions, person.id, channel, clock.now(), phone, why, seal),
      )
      await commit(parts, [], commands)
    },
  }
}

/** The first reason stands: a later opt-out does not overwrite who asked first. */
function suppressCommand(
  key: string,
  person: string,
  channel: Channel,
  at: number,
  phone: string,
  why: Omit<Suppression, 'phone' | 'channels' | 'at'>,
  seal: Seal,
): Command {
  return ['HSETNX', key, `${person}:${channel}`, JSON.stringify({ ...why, at, phone: seal.sealText(phone) })]
}

/** Suppresses the journey's own number as part of a transition. */
export function suppressOwn(
  draft: Draft,
  channels: readonly Channel[],
  why: { reason: string; by: string },
  seal: Seal,
): void {
  const { person, private: details } = draft.journey
  for (const channel of channels) {
    draft.commands.push(
      suppressCommand(draft.keys.suppressions, person, channel, draft.now, details.phone ?? '', why, seal),
    )
  }
}

/** Names of the guards below; a refusal tells which one. */
export const callGuards = { suppressed: 'suppressed', live: 'live_call', day: 'day', gap: 'gap', rest: 'rest' } as const

/**
 * Takes the number for a call in the same transition as its intent: no suppression, no live call, room in the budget.
 * Redis time decides.
 * @param until how long the call may hold the number if nobody ever tells its end, ms
 */
export function reserveCall(
  draft: Draft,
  attempt: number,
  limits: { maxPer24h: number; minGapMs: number },
  until: number,
): void {
  const { journey, keys, now } = draft
  const owner = `${journey.id}/${attempt}`
  const person = keys.person(journey.person)
  const calls = keys.calls(journey.person)
  const gap = { fromNowMs: -limits.minGapMs }
  draft.guards.push(
    notSuppressed(draft, 'voice'),
    { name: callGuards.live, command: ['HGET', person, 'liveUntil'], must: 'passed', value: { fromNowMs: 0 } },
    {
      name: callGuards.day,
      command: ['ZCOUNT', calls, { fromNowMs: -DAY_MS }, '+inf'],
      must: 'below',
      value: limits.maxPer24h,
    },
  )
  if (limits.minGapMs > 0) {
    draft.guards.push(
      { name: callGuards.gap, command: ['ZCOUNT', calls, gap, '+inf'], must: 'absent' },
      { name: callGuards.rest, command: ['HGET', person, 'lastEndedAt'], must: 'passed', value: gap },
    )
  }
  draft.commands.push(
    ['ZADD', calls, { fromNowMs: 0 }, owner],
    ['ZREMRANGEBYSCORE', calls, '-inf', { fromNowMs: -Math.max(KEEP_CALLS_MS, limits.minGapMs) }],
    ['HSET', person, 'liveBy', owner, 'liveUntil', { fromNowMs: until - now }],
  )
}

/** Frees the number after a call; where the call surely never happened its place in the budget is given back. */
export function releaseCall(draft: Draft, attempt: number, happened: boolean): void {
  const { journey, keys } = draft
  const owner = `${journey.id}/${attempt}`
  const person = keys.person(journey.person)
  draft.commands.push(
    happened ? ['HSET', person, 'lastEndedAt', { fromNowMs: 0 }] : ['ZREM', keys.calls(journey.person), owner],
    ['HDELIF', person, 'liveBy', owner, 'liveBy', 'liveUntil'],
  )
}

export function notSuppressed(draft: Draft, channel: Channel): Guard {
  return {
    name: callGuards.suppressed,
    command: ['HEXISTS', draft.keys.suppressions, `${draft.journey.person}:${channel}`],
    must: 'absent',
  }
}
