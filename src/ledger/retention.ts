import { type Keys, shardNames } from '../redis/keys.ts'
import { namesOf } from './call-names.ts'
import { type Command, type CommitStore, commit, type Guard } from './commit.ts'
import { cameToNothing, leadPixelKey } from './effects.ts'
import { unlistEvent } from './event-names.ts'
import { unlistFailures } from './failure.ts'
import type { Identity } from './identity.ts'
import { type Journey, stateOf, stepId } from './journey.ts'
import type { Journeys } from './journeys.ts'
import type { Leads } from './leads.ts'
import type { OnceMarks } from './once-marks.ts'

/** What a sender may deliver again must stay known at least this long, whatever the retention. */
const KEEP_MARKS_MS = 7 * 24 * 3_600_000

/** Entries removed per call, so that no call holds Redis for long. */
const BATCH = 200

export interface Retention {
  /** Removes ended journeys and raw events older than an instant. Starting again is harmless. */
  removeBefore(at: number): Promise<{ journeys: number; events: number }>
}

/** What a journey has fired once for its lead outlives its record; what may have arrived stays its own, unsaid. */
export async function settleMarks(once: OnceMarks, journey: Journey): Promise<void> {
  for (const effect of journey.effects) {
    const isDone = effect.state === 'done'
    if (effect.kind !== 'pixel' || !(isDone || cameToNothing(effect))) continue
    await once.settle(leadPixelKey(journey, effect.rule), journey.id, isDone ? 'done' : 'free')
  }
}

export function createRetention(
  parts: CommitStore & {
    keys: Keys
    identity: Identity
    journeys: Journeys
    leads: Leads
    once: OnceMarks
  },
): Retention {
  const { client, clock, keys, identity, journeys } = parts

  async function removeJourney(shard: string, journeyId: string): Promise<void> {
    const own = keys.shard(shard)
    const journey = await journeys.load(journeyId)
    const commands: Command[] = [
      ['ZREM', own.ended, journeyId],
      ['ZREM', own.journeys, journeyId],
      ['ZREM', own.untold, journeyId],
      ['ZREM', own.tests, journeyId],
      ['ZREM', own.endedTests, journeyId],
      ['DEL', own.journey(journeyId)],
      ['DEL', own.timeline(journeyId)],
    ]
    if (journey !== undefined) {
      // Counted work stays counted: the tally of the campaign is not touched.
      commands.push(['ZREM', own.inState(journey.campaign, stateOf(journey)), journeyId])
      commands.push(['ZREM', own.personJourneys(journey.person), journeyId])
      // That the lead has been through the campaign outlives the record: `reentry` may ask for longer.
      const endedAt = journey.endedAt ?? journey.createdAt
      // An erased lead has not been here.
      if (journey.erasedAt === undefined) {
        commands.push(['HSET', own.past, `${journey.campaign}/${journey.person}`, endedAt])
        if (journey.leadId !== '') await parts.leads.remember(journey.leadId, journey.campaign, endedAt)
        await settleMarks(parts.once, journey)
      }
      commands.push(...unlistFailures(journey, own))
      for (const step of journey.steps) {
        commands.push(['ZREM', own.due(step.kind, journey.campaign, journey.list), stepId(journeyId, step)])
      }
      for (const { interactionId } of journey.attempts) {
        if (interactionId !== undefined) commands.push(['HDEL', own.interactions, interactionId])
      }
      for (const name of namesOf(journey)) commands.push(['HDEL', own.callNames, name])
    }
    await commit(parts, [], commands)
  }

  /** The raw body goes at the retention; the record, which tells duplicates, stays for as long as marks are kept. */
  async function removeEvent(shard: string, eventId: string, keepMark: boolean): Promise<void> {
    const own = keys.shard(shard)
    // Whom a body was about is nobody's business without it.
    const unlisted = unlistEvent(own, eventId, await client.hget(own.event(eventId), 'names'))
    const commands: Command[] = keepMark
      ? [['HDEL', own.event(eventId), 'raw', 'names'], ...unlisted]
      : [...unlisted, ['DEL', own.event(eventId)], ['ZREM', own.events, eventId]]
    // Not yet handled means not yet past: an event that waits for its vendor keeps its body.
    const waiting: Guard = { name: 'waiting', command: ['ZSCORE', own.inbox, eventId], must: 'absent' }
    await commit(parts, [waiting], commands)
  }

  return {
    async removeBefore(at) {
      const removed = { journeys: 0, events: 0 }
      const markAt = Math.min(at, clock.now() - KEEP_MARKS_MS)
      for (const shard of shardNames(identity.shards)) {
        const own = keys.shard(shard)
        for (;;) {
          const batch = await client.zrangebyscore(own.ended, '-inf', at, 'LIMIT', 0, BATCH)
          for (const id of batch) await removeJourney(shard, id)
          removed.journeys += batch.length
          if (batch.length < BATCH) break
        }
        let kept = 0
        for (;;) {
          const before = await client.zcount(own.events, '-inf', markAt)
          const batch = await client.zrangebyscore(own.events, '-inf', markAt, 'LIMIT', kept, BATCH)
          for (const id of batch) await removeEvent(shard, id, false)
          const gone = before - (await client.zcount(own.events, '-inf', markAt))
          removed.events += gone
          kept += batch.length - gone
          if (batch.length < BATCH) break
        }
        for (const id of await client.zrangebyscore(own.events, `(${markAt}`, at)) await removeEvent(shard, id, true)
      }
      return removed
    },
  }
}
