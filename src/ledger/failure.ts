import { createHash } from 'node:crypto'
import { exchangeOf, type FailedExchange } from '../errors.ts'
import type { Keys } from '../redis/keys.ts'
import type { Command, Guard } from './commit.ts'
import type { Draft } from './draft.ts'
import { OTHER_CAUSE, whyFailed } from './failure-cause.ts'
import type { Effect, EffectKind, EffectState, Journey } from './journey.ts'

/** An effect that has not gone well and stands like that: it waits for its next try, for a person, or for nothing. */
export interface Failure {
  /** What went wrong, the same for all that went wrong alike. */
  cause: string
  /** Name of the error's kind. */
  class: string
  /** When it first went wrong, since it was last well or replayed; ms. */
  firstAt: number
  lastAt: number
}

/** What failures are counted by. */
export interface FailureKind extends Pick<Failure, 'cause' | 'class'> {
  kind: EffectKind
  campaign: string
  /** Of a test campaign. */
  test: boolean
}

/** Where a failed effect is found again. */
export interface FailureRef {
  journeyId: string
  kind: EffectKind
  rule: string
}

/**
 * Causes that one shard tells apart. Words of a vendor that are new each time would fill it with groups of one; beyond
 * this many they are counted together.
 */
const MAX_GROUPS = 500

/** Name of the guard that refuses one more. */
export const TOO_MANY_CAUSES = 'causes'

const failed: ReadonlySet<EffectState> = new Set(['refused', 'expired', 'parked', 'unknown'])

/**
 * Notes at the end of every transition which effects have gone wrong in it and which stand no more. One that is tried
 * again stands until that has gone well.
 */
export function noteFailures(before: Journey | undefined, after: Journey, now: number): void {
  const old = new Map(before?.effects.map(effect => [effect.key, effect]))
  for (const effect of after.effects) {
    const was = old.get(effect.key)
    const isPutBack = effect.failure !== undefined && was?.failure === undefined
    if (effect.state === 'done' || effect.state === 'skipped') forgetFailure(after, effect)
    else if (!isPutBack && hasGoneWrong(was, effect)) {
      const firstAt = effect.failure?.firstAt ?? now
      effect.failure = { ...whyFailed(effect, knownOf(after)), firstAt, lastAt: now }
    }
  }
}

function hasGoneWrong(before: Effect | undefined, after: Effect): boolean {
  if (failed.has(after.state) && before?.state !== after.state) return true
  return after.error !== undefined && JSON.stringify(before?.error) !== JSON.stringify(after.error)
}

/** It is well, or not to be any more. */
function forgetFailure(journey: Journey, effect: Effect): void {
  delete effect.failure
  const { [effect.key]: kept, ...others } = journey.private.exchanges ?? {}
  if (kept === undefined) return
  if (Object.keys(others).length > 0) journey.private.exchanges = others
  else delete journey.private.exchanges
}

/** Keeps the request that an error ended, with the lead's other personal data. */
export function keepExchange({ journey }: Draft, effect: Effect, error: unknown): void {
  const exchange: FailedExchange | undefined = exchangeOf(error)
  if (exchange !== undefined) journey.private.exchanges = { ...journey.private.exchanges, [effect.key]: exchange }
}

/** What a vendor's words can name of this lead alone. */
function knownOf({ id, leadId, private: { fields: _, ...details }, attempts }: Journey): string[] {
  const { phone, firstName, lastName, email, submissionId } = details
  const interactions = attempts.map(({ interactionId }) => interactionId)
  return [id, leadId, phone, firstName, lastName, email, submissionId, ...interactions].filter(
    known => known !== undefined,
  )
}

/** `jrn_07_….pixel.lead-pixel`: short, for there may be a million. */
function failureMember({ journeyId, kind, rule }: FailureRef): string {
  return `${journeyId}.${kind}.${rule}`
}

export function readFailureMember(member: string): FailureRef {
  const [journeyId = '', kind = '', ...rule] = member.split('.')
  return { journeyId, kind: kind as EffectKind, rule: rule.join('.') }
}

const ID_LENGTH = 16

/** The name of a group in its shard. */
function failureGroup({ kind, class: name, cause, campaign, test }: FailureKind): { id: string; doc: string } {
  const doc = JSON.stringify([kind, name, cause, campaign, test ? 1 : 0])
  return { id: createHash('sha256').update(doc).digest('hex').slice(0, ID_LENGTH), doc }
}

export function readFailureGroup(doc: string): FailureKind {
  const [kind, name, cause, campaign, test] = JSON.parse(doc)
  return { kind, class: name, cause, campaign, test: test === 1 }
}

type ShardKeys = ReturnType<Keys['shard']>

interface Indexed extends Failure {
  group: ReturnType<typeof failureGroup>
}

function indexed(journey: Journey | undefined): Map<string, Indexed> {
  return new Map(
    journey?.effects.flatMap(({ kind, rule, failure }) => {
      if (failure === undefined) return []
      const { campaign, test } = journey
      const group = failureGroup({ ...failure, kind, campaign, test })
      return [[failureMember({ journeyId: journey.id, kind, rule }), { ...failure, group }] as const]
    }),
  )
}

/** Brings the index of what has failed from before to after: groups by cause, and in each the effects by `firstAt`. */
export function* failureCommands(before: Journey | undefined, after: Journey, keys: ShardKeys): Iterable<Command> {
  const old = indexed(before)
  for (const [member, { group, firstAt, lastAt }] of indexed(after)) {
    const was = old.get(member)
    old.delete(member)
    if (was?.group.id === group.id && was.firstAt === firstAt && was.lastAt === lastAt) continue
    if (was !== undefined && was.group.id !== group.id) yield ['ZREM', keys.failures(was.group.id), member]
    yield ['ZADD', keys.failures(group.id), firstAt, member]
    yield ['HSET', keys.failureGroups, group.id, group.doc]
    yield ['HSET', keys.failureTimes, group.id, lastAt]
  }
  for (const [member, { group }] of old) yield ['ZREM', keys.failures(group.id), member]
}

/** What takes a journey's failures out of the index, whatever becomes of the journey. */
export function unlistFailures(journey: Journey, keys: ShardKeys): Command[] {
  return [...indexed(journey)].map(([member, { group }]) => ['ZREM', keys.failures(group.id), member])
}

/** A cause that is new to its shard needs room there. */
export function causeGuards({ before, journey, keys }: Draft): Guard[] {
  const known = new Set([...indexed(before).values()].map(({ group }) => group.id))
  return [...indexed(journey).values()].flatMap(({ group, cause }) => {
    if (known.has(group.id) || cause === OTHER_CAUSE) return []
    return [
      { name: TOO_MANY_CAUSES, command: ['HEXISTS', keys.failureGroups, group.id], must: 'room', value: MAX_GROUPS },
    ]
  })
}

/** Counts what has gone wrong in this transition among all other causes. */
export function lumpCauses({ before, journey }: Draft): void {
  const old = new Map(before?.effects.map(effect => [effect.key, effect.failure?.cause]))
  for (const { key, failure } of journey.effects) {
    if (failure !== undefined && failure.cause !== old.get(key)) failure.cause = OTHER_CAUSE
  }
}
