import { type Keys, shardNames } from '../redis/keys.ts'
import type { Command } from './commit.ts'
import type { Draft } from './draft.ts'
import type { Identity } from './identity.ts'
import type { EffectError, Journey } from './journey.ts'
import type { Journeys } from './journeys.ts'
import type { ShardStore } from './shard-script.ts'

/**
 * That journeys end is told to whoever wants to hear. The step that tells is written in the very transition that ends the
 * journey, and keeps it from nothing: it is done whether anybody listens or not.
 */

/** How long an end is told again and again before it is given up: over a weekend. */
const TELL_FOR_MS = 3 * 24 * 3_600_000

/** An end that is still to be told. */
export interface Telling {
  /** Until when it is tried. */
  until: number
  /** When it was given up. */
  failedAt?: number
  error?: EffectError
}

/** Ends that could not be told. */
export interface Tellings {
  /** Longest given up first. */
  failed(limit: number): Promise<{ journeyId: string; failedAt: number }[]>
  failedCount(): Promise<number>
  /** Tells an end anew that was given up. `false` when there is none. */
  again(journeyId: string): Promise<boolean>
}

/** Plans that the end which this transition brings about is told; of a journey that goes on again, nothing is. */
export function planTelling(draft: Draft, isWanted: boolean): void {
  const { before, journey, now } = draft
  if (before?.endedAt === journey.endedAt) return
  dropTelling(draft)
  if (journey.endedAt === undefined || !isWanted) return
  journey.telling = { until: journey.endedAt + TELL_FOR_MS }
  draft.plan('tell', String(journey.endedAt), now)
}

export function isTold(draft: Draft, tries: number): void {
  dropTelling(draft)
  draft.note('end.told', { try: tries })
}

/** A try that failed: again later, for the last time at the end of its time, and then never again. */
export function isNotTold(
  draft: Draft,
  { ref, tries, again }: { ref: string; tries: number; again: number },
  error: EffectError,
): 'put_off' | 'given_up' {
  const { telling } = draft.journey
  const told = { try: tries, code: error.code, status: error.status }
  if (telling !== undefined && draft.now < telling.until) {
    // A receiver that is away for hours is one line, not one for each try.
    if (telling.error?.code !== error.code) draft.note('end.not_told', told)
    telling.error = error
    draft.plan('tell', ref, Math.min(again, telling.until), tries)
    return 'put_off'
  }
  draft.drop('tell', ref)
  draft.journey.telling = { until: telling?.until ?? draft.now, failedAt: draft.now, error }
  draft.note('end.telling_given_up', told)
  return 'given_up'
}

function dropTelling(draft: Draft): void {
  delete draft.journey.telling
  for (const { kind, ref } of draft.journey.steps) if (kind === 'tell') draft.drop(kind, ref)
}

/** The place of a journey among those whose end could not be told. */
export function* tellingCommands(
  before: Journey | undefined,
  after: Journey,
  keys: ReturnType<Keys['shard']>,
): Iterable<Command> {
  const [was, is] = [before?.telling?.failedAt, after.telling?.failedAt]
  if (was === is) return
  yield is === undefined ? ['ZREM', keys.untold, after.id] : ['ZADD', keys.untold, is, after.id]
}

export function createTellings(
  parts: Pick<ShardStore, 'client'> & { keys: Keys; identity: Identity; journeys: Journeys },
): Tellings {
  const { client, identity, journeys } = parts
  const shards = shardNames(identity.shards).map(shard => parts.keys.shard(shard))
  return {
    async failed(limit) {
      const found = await Promise.all(
        shards.map(({ untold }) => client.zrangebyscore(untold, '-inf', '+inf', 'WITHSCORES', 'LIMIT', 0, limit)),
      )
      return found
        .flatMap(flat =>
          flat.flatMap((id, at) => (at % 2 === 0 ? [{ journeyId: id, failedAt: Number(flat[at + 1]) }] : [])),
        )
        .sort((a, b) => a.failedAt - b.failedAt)
        .slice(0, limit)
    },

    async failedCount() {
      const counts = await Promise.all(shards.map(({ untold }) => client.zcard(untold)))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    async again(journeyId) {
      const { result } = await journeys.transition(journeyId, draft => {
        const { telling, endedAt } = draft.journey
        if (telling?.failedAt === undefined || endedAt === undefined) return false
        draft.journey.telling = { until: draft.now + TELL_FOR_MS }
        draft.plan('tell', String(endedAt), draft.now)
        draft.note('end.telling_again')
        return undefined
      })
      return result === 'committed'
    },
  }
}
