import { CALL_DAY_MS } from '../campaigns/attempt-budget.ts'
import { type Channel, channels } from '../campaigns/vocabulary.ts'
import type { Keys } from '../redis/keys.ts'
import { type CommitStore, commit, type Guard } from './commit.ts'
import type { Draft } from './draft.ts'
import type { Identity, Person } from './identity.ts'
import { markFields, notSuppressed, SUPPRESSED } from './suppression-marks.ts'

/** Budgets look back 24 h; calls are kept somewhat longer for people who ask. */
const KEEP_CALLS_MS = 7 * 24 * 3_600_000

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
  /**
   * Calls to the number that others made, by their name and time (ms): they count in its budget as ours do. Counting one
   * again changes nothing.
   */
  countForeign(person: Person, calls: readonly { name: string; at: number }[]): Promise<void>
}

export function createPeople(parts: CommitStore & { keys: Keys; identity: Identity }): People {
  const { client, keys, identity } = parts
  return {
    async read(person) {
      const own = keys.shard(person.shard)
      const [calls, [lastEndedAt, liveUntil], marks] = await Promise.all([
        client.zrange(own.calls(person.id), 0, '-1', 'WITHSCORES'),
        client.hmget(own.person(person.id), 'lastEndedAt', 'liveUntil'),
        client.hmget(own.suppressions, ...markFields(person.id)),
      ])
      const kinds = marks.length / channels.length
      return {
        calls: calls.filter((_, index) => index % 2 === 1).map(Number),
        suppressed: channels.filter((_, at) => marks.slice(at * kinds, (at + 1) * kinds).some(mark => mark !== null)),
        ...(lastEndedAt ? { lastEndedAt: Number(lastEndedAt) } : {}),
        ...(liveUntil ? { liveUntil: Number(liveUntil) } : {}),
      }
    },

    async countForeign(person, calls) {
      if (calls.length === 0) return
      const key = keys.shard(person.shard).calls(person.id)
      await commit(
        parts,
        [],
        calls.map(({ name, at }) => ['ZADD', key, at, `foreign/${identity.mark(name)}`]),
      )
    },
  }
}

/** Names of the guards below; a refusal tells which one. */
export const callGuards = { suppressed: SUPPRESSED, live: 'live_call', day: 'day', gap: 'gap', rest: 'rest' } as const

export interface CallLimits {
  maxPer24h: number
  minGapMs: number
}

/** The number may be called now: no suppression, no live call, room in the budget. Redis time decides. */
export function guardCall(draft: Draft, limits: CallLimits): void {
  const { journey, keys } = draft
  const person = keys.person(journey.person)
  const calls = keys.calls(journey.person)
  const gap = { fromNowMs: -limits.minGapMs }
  draft.guards.push(...notSuppressed(draft, 'voice'), numberIsFree(draft), {
    name: callGuards.day,
    command: ['ZCOUNT', calls, { fromNowMs: -CALL_DAY_MS }, '+inf'],
    must: 'below',
    value: limits.maxPer24h,
  })
  if (limits.minGapMs > 0) {
    draft.guards.push(
      { name: callGuards.gap, command: ['ZCOUNT', calls, gap, '+inf'], must: 'absent' },
      { name: callGuards.rest, command: ['HGET', person, 'lastEndedAt'], must: 'passed', value: gap },
    )
  }
}

/**
 * Takes the number for a call in the same transition as its intent, if it may be called.
 * @param until how long the call may hold the number if nobody ever tells its end, ms
 */
export function reserveCall(draft: Draft, attempt: number, limits: CallLimits, until: number): void {
  const { journey, keys, now } = draft
  const owner = `${journey.id}/${attempt}`
  const person = keys.person(journey.person)
  const calls = keys.calls(journey.person)
  guardCall(draft, limits)
  draft.commands.push(
    ['ZADD', calls, { fromNowMs: 0 }, owner],
    ['ZREMRANGEBYSCORE', calls, '-inf', { fromNowMs: -Math.max(KEEP_CALLS_MS, limits.minGapMs) }],
    ['HSET', person, 'liveBy', owner, 'liveUntil', { fromNowMs: until - now }],
  )
}

/**
 * A call that the vendor's own dialer has placed counts as one of ours: in the number's budget, and while it goes on it
 * holds the number, if nobody else does.
 * @param at when it was placed, ms
 * @param until how long it may hold the number, ms; absent for a call that is over
 */
export function countCall(draft: Draft, attempt: number, at: number, until?: number): void {
  const { journey, keys, now } = draft
  const owner = `${journey.id}/${attempt}`
  const person = keys.person(journey.person)
  draft.commands.push(['ZADD', keys.calls(journey.person), at, owner])
  if (until === undefined) return
  draft.guards.push(numberIsFree(draft))
  draft.commands.push(['HSET', person, 'liveBy', owner, 'liveUntil', { fromNowMs: until - now }])
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

function numberIsFree({ journey, keys }: Draft): Guard {
  const command = ['HGET', keys.person(journey.person), 'liveUntil'] as const
  return { name: callGuards.live, command, must: 'passed', value: { fromNowMs: 0 } }
}
