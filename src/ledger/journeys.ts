import { type Keys, shardNames } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { type CommitResult, type CommitStore, commit } from './commit.ts'
import { copyJourney } from './copy-journey.ts'
import { Draft } from './draft.ts'
import { causeGuards, lumpCauses, TOO_MANY_CAUSES } from './failure.ts'
import { type Identity, shardOfJourney } from './identity.ts'
import { isHolding, type Journey, nextAt, stepId, type TimelineEntry } from './journey.ts'
import { journeyCommands } from './journey-commands.ts'
import { createOpenNew } from './open-new.ts'
import type { RecordTrace } from './record-trace.ts'
import { stripEntry, stripPerson } from './strip-person.ts'
import { planTelling } from './tellings.ts'
import { planWriteBack } from './write-backs.ts'

/** Writers of one journey rarely meet; when this many in a row got there first, something is wrong. */
const MAX_CONFLICTS = 50

export type Transition =
  | { result: 'committed'; journey: Journey }
  /** The change found nothing to do. */
  | { result: 'unchanged'; journey: Journey }
  /** A guard of the change did not hold. */
  | { result: 'refused'; by: string; journey: Journey }
  | { result: 'missing' }

/** Changes the draft; `false` means there is nothing to do. Called again when another writer came first. */
export type Change = (draft: Draft) => false | undefined

export interface Journeys {
  load(journeyId: string): Promise<Journey | undefined>
  timeline(journeyId: string): Promise<TimelineEntry[]>
  /**
   * Writes a new journey. `expectedNewest` is the journey that was last this person's in this campaign; `refused` means
   * that another one came in between, or that this journey exists already.
   */
  open(journey: Journey, change: Change, expectedNewest: string | undefined): Promise<'opened' | 'refused'>
  /**
   * Writes a new journey together with all others that are asked for at the same time, for the row of a list whose lead
   * and number are new to the campaign. `refused` means that this may not be so, or that there is more to write than of
   * such a journey: it is opened step by step then, and nothing is left behind of this.
   */
  openNew(journey: Journey, change: Change): Promise<'opened' | 'refused'>
  /** One transition, compare-and-set on the version. `loaded` saves the first read. */
  transition(journeyId: string, change: Change, loaded?: Journey): Promise<Transition>
  /** When this person's newest journey in a campaign ended, once its record is gone, ms. */
  pastOf(shard: string, campaign: string, person: string): Promise<number | undefined>
  newestOf(shard: string, campaign: string, person: string): Promise<string | undefined>
}

export function createJourneys(
  parts: CommitStore & {
    keys: Keys
    seal: Seal
    identity: Identity
    /** Told of every step that is due soon, so that a scheduler in this process need not wait for its next round. */
    onDue?: (dueAt: number) => void
    /** Whether anybody wants to hear of ended journeys. */
    tellsEnds?: boolean
    /** Told of every transition once it is on disk. */
    onCommitted?: (before: Journey | undefined, after: Journey) => void
    trace?: RecordTrace
    /** Told when an attempt can no longer be a live call. */
    onCallOver?: (campaign: string, holder: string) => Promise<void>
  },
): Journeys {
  const { client, clock, keys, seal, identity } = parts

  const encode = (journey: Journey) =>
    JSON.stringify({ ...journey, private: seal.sealText(JSON.stringify(journey.private)) })
  const decode = (doc: string): Journey => {
    const stored = JSON.parse(doc)
    return { ...stored, private: JSON.parse(seal.openText(stored.private)) }
  }

  /** The names of a shard's keys are many, and put together once. */
  const named = new Map(shardNames(identity.shards).map(shard => [shard, keys.shard(shard)]))
  const keysOf = (journeyId: string) => {
    const shard = shardOfJourney(journeyId)
    return shard === undefined ? undefined : (named.get(shard) ?? keys.shard(shard))
  }

  async function load(journeyId: string): Promise<Journey | undefined> {
    const own = keysOf(journeyId)
    const doc = own && (await client.hget(own.journey(journeyId), 'doc'))
    if (!doc) return undefined
    const journey = decode(doc)
    parts.trace?.join(journey.trace)
    return journey
  }

  /** What every transition ends with, whatever it is about. */
  function complete(draft: Draft): void {
    // Before its end is judged, and after what that has noted.
    stripErased(draft)
    draft.close()
    planWriteBack(draft)
    planTelling(draft, parts.tellsEnds ?? false)
    stripErased(draft)
  }

  const writeNew = createOpenNew({ ...parts, encode })

  async function write(draft: Draft): Promise<CommitResult> {
    complete(draft)
    const commands = () => [...journeyCommands(draft, encode), ...draft.commands]
    let result = await commit(parts, [...draft.guards, ...causeGuards(draft)], commands())
    if (!result.ok && result.refusedBy === TOO_MANY_CAUSES) {
      lumpCauses(draft)
      result = await commit(parts, draft.guards, commands())
    }
    if (result.ok) tellOf(draft)
    if (result.ok) await releasePlaces(draft)
    return result
  }

  function tellOf({ before, journey }: Draft): void {
    const soonest = nextAt(journey)
    if (soonest !== undefined) parts.onDue?.(soonest)
    parts.onCommitted?.(before, journey)
  }

  function stripErased({ journey, notes, now }: Draft): void {
    if (journey.erasedAt === undefined) return
    stripPerson(journey, identity, now)
    const keyNow = (key: string) => journey.effects.find(effect => effect.key === key)?.key
    for (const [at, note] of notes.entries()) notes[at] = stripEntry(note, keyNow)
  }

  /** After the transition: dying in between keeps a place too long, never frees one too early. */
  async function releasePlaces({ before, journey }: Draft): Promise<void> {
    // A call that is let go may be going on: its place comes free when it can no longer be.
    if (journey.erasedAt !== undefined && before?.erasedAt === undefined) return
    for (const attempt of before?.attempts ?? []) {
      const after = journey.attempts.find(({ number }) => number === attempt.number)
      if (!isHolding(attempt) || (after !== undefined && isHolding(after))) continue
      await parts.onCallOver?.(journey.campaign, stepId(journey.id, { kind: 'dial', ref: String(attempt.number) }))
    }
  }

  /** A new journey's first transition. */
  function draftOf(journey: Journey): Draft {
    const own = keysOf(journey.id)
    if (own === undefined) throw new Error(`${journey.id} is no journey id`)
    const trace = parts.trace?.place()
    if (trace !== undefined) journey.trace ??= trace
    return new Draft({ journey, keys: own, now: clock.now() })
  }

  return {
    load,

    async timeline(journeyId) {
      const own = keysOf(journeyId)
      const lines = own ? await client.lrange(own.timeline(journeyId), 0, -1) : []
      return lines.map(line => JSON.parse(line))
    },

    async openNew(journey, change) {
      const draft = draftOf(journey)
      change(draft)
      complete(draft)
      if (!(await writeNew(draft))) return 'refused'
      tellOf(draft)
      return 'opened'
    },

    async open(journey, change, expectedNewest) {
      const draft = draftOf(journey)
      const { keys: own } = draft
      draft.guards.push(
        { name: 'exists', command: ['HGET', own.journey(journey.id), 'v'], must: 'absent' },
        {
          name: 'newest',
          command: ['HGET', own.newest, `${journey.campaign}/${journey.person}`],
          must: 'is',
          value: expectedNewest ?? '',
        },
      )
      change(draft)
      return (await write(draft)).ok ? 'opened' : 'refused'
    },

    async transition(journeyId, change, loaded) {
      const own = keysOf(journeyId)
      let before = loaded ?? (await load(journeyId))
      for (let conflicts = 0; conflicts < MAX_CONFLICTS; conflicts += 1) {
        if (own === undefined || before === undefined) return { result: 'missing' }
        const journey = copyJourney(before)
        journey.version += 1
        const draft = new Draft({ before, journey, keys: own, now: clock.now() })
        draft.guards.push({
          name: 'version',
          command: ['HGET', own.journey(journeyId), 'v'],
          must: 'is',
          value: before.version,
        })
        if (change(draft) === false) return { result: 'unchanged', journey: before }
        const written = await write(draft)
        if (written.ok) return { result: 'committed', journey }
        if (written.refusedBy !== 'version') return { result: 'refused', by: written.refusedBy, journey: before }
        before = await load(journeyId)
      }
      throw new Error(`journey ${journeyId}: ${MAX_CONFLICTS} writers came first`)
    },

    async pastOf(shard, campaign, person) {
      const endedAt = await client.hget(keys.shard(shard).past, `${campaign}/${person}`)
      return endedAt === null ? undefined : Number(endedAt)
    },

    async newestOf(shard, campaign, person) {
      return (await client.hget(keys.shard(shard).newest, `${campaign}/${person}`)) ?? undefined
    },
  }
}
