import { UnavailableError } from '../errors.ts'
import type { Keys } from '../redis/keys.ts'
import type { Seal } from '../seal.ts'
import { createAcceptance } from './accept-event.ts'
import { type Command, type CommitStore, commit, type Guard } from './commit.ts'
import type { Copies } from './copies.ts'
import { planNames } from './event-names.ts'
import { planForward } from './forwards.ts'
import type { Identity } from './identity.ts'
import type { RecordTrace } from './record-trace.ts'

export const eventStates = ['received', 'processed', 'joined', 'ignored', 'rejected', 'replayed'] as const
export type EventState = (typeof eventStates)[number]

/** Something that came in from outside, as received. */
export interface EventRecord {
  eventId: string
  source: string
  state: EventState
  receivedAt: number
  /** Deliveries of the same event after the first. */
  duplicates: number
  /** The W3C `traceparent` of the delivery that brought it. */
  trace?: string
  lastDuplicateAt?: number
  contentType?: string
  type?: string
  /** Why it was ignored or rejected. */
  reason?: string
  journeys: string[]
  handledAt?: number
  /** The replay that was handled last; 0 is the first delivery. */
  handledRun?: number
  replays: number
  /** Times that it was put off. */
  deferrals: number
  /** Tries to pass it on to somebody else, and when that was done or given up. */
  forwardTries: number
  forwardedAt?: number
  forwardFailedAt?: number
  /** Its body and what it named went with the person it was about. */
  erasedAt?: number
}

/** What handling an event came to. */
export interface EventVerdict {
  state: Exclude<EventState, 'received'>
  type?: string
  reason?: string
  journeys: string[]
  /** Whom it is about (`EventName`), for whoever is erased; none where nobody could be read. */
  names?: readonly string[]
}

export interface Events {
  /**
   * Writes the record and its place in the inbox, or counts a duplicate: one call, and on disk when it answers.
   * @throws UnavailableError when fewer replicas have it than are asked for: it may be stored nevertheless
   * @param handOverMs how long the caller has to hand the event over before a scheduler does
   */
  accept(
    event: { eventId: string; source: string; contentType: string; raw: Buffer },
    handOverMs: number,
  ): Promise<'accepted' | 'duplicate'>
  load(eventId: string): Promise<EventRecord | undefined>
  raw(eventId: string): Promise<Buffer | undefined>
  /**
   * Notes what became of it and takes it out of the inbox, in one call.
   * @param isForwarded its delivery is to be passed on
   */
  settle(eventId: string, verdict: EventVerdict, run: number, isForwarded?: boolean): Promise<void>
  /** Takes out of the inbox what cannot be handled any more: its record or its body is gone. */
  drop(eventId: string): Promise<void>
  /** Leaves it in the inbox, due again after `delayMs`. */
  defer(eventId: string, delayMs: number, reason: string): Promise<void>
  /** Puts a handled event back into the inbox. `false` when there is no such event, or its body is past its retention. */
  replay(eventId: string): Promise<boolean>
}

const FIELDS = [
  'source',
  'state',
  'receivedAt',
  'duplicates',
  'trace',
  'lastDuplicateAt',
  'contentType',
  'type',
  'reason',
  'journeys',
  'handledAt',
  'handledRun',
  'replays',
  'deferrals',
  'forwardTries',
  'forwardedAt',
  'forwardFailedAt',
  'erasedAt',
] as const

export function createEvents(
  store: CommitStore & {
    keys: Keys
    seal: Seal
    identity: Identity
    copies: Copies
    trace?: RecordTrace
    onDue?: (dueAt: number) => void
  },
): Events {
  const { client, clock, keys, seal, identity, copies } = store
  const own = (eventId: string) => keys.shard(identity.shardOf(eventId))
  const put = createAcceptance(store)

  return {
    async accept({ eventId, source, contentType, raw }, handOverMs) {
      const trace = store.trace?.place() ?? ''
      const shard = identity.shardOf(eventId)
      const isCopied = copies.ofShard(shard)
      const isNew = await put({ eventId, shard, source, contentType, body: seal.sealBytes(raw), trace, handOverMs })
      if (!(await isCopied())) throw new UnavailableError('too few replicas have the event', { code: 'NOT_COPIED' })
      return isNew ? 'accepted' : 'duplicate'
    },

    async load(eventId) {
      const values = await client.hmget(own(eventId).event(eventId), ...FIELDS)
      const stored = Object.fromEntries(FIELDS.map((field, index) => [field, values[index]]))
      if (!stored['source']) return undefined
      const event = decodeEvent(eventId, stored)
      store.trace?.join(event.trace)
      return event
    },

    async raw(eventId) {
      const sealed = await client.hgetBuffer(own(eventId).event(eventId), 'raw')
      return sealed ? seal.openBytes(sealed) : undefined
    },

    async settle(eventId, verdict, run, isForwarded = false) {
      const { event, inbox, forwards } = own(eventId)
      const { state, reason = '', type = '', journeys, names = [] } = verdict
      const noted: Command[] = [
        ['HSET', event(eventId), 'state', state, 'reason', reason, 'type', type, 'journeys', journeys.join(' ')],
        ['HSET', event(eventId), 'handledAt', { fromNowMs: 0 }, 'handledRun', run],
        ...planNames(own(eventId), eventId, [...names, ...journeys]),
        ...(isForwarded ? planForward(forwards, event(eventId), eventId) : []),
      ]
      // A replay that was asked for meanwhile is another run: it stays in the inbox.
      const replays = ['HGET', event(eventId), 'replays'] as const
      const isLast: Guard =
        run === 0
          ? { name: 'replayed', command: replays, must: 'absent' }
          : { name: 'replayed', command: replays, must: 'is', value: run }
      const settled = await commit(store, [isLast], [...noted, ['ZREM', inbox, eventId]])
      if (!settled.ok) await commit(store, [], noted)
      if (isForwarded) store.onDue?.(clock.now())
    },

    async drop(eventId) {
      await commit(store, [], [['ZREM', own(eventId).inbox, eventId]])
    },

    async defer(eventId, delayMs, reason) {
      const { event, inbox } = own(eventId)
      await commit(
        store,
        [],
        [
          ['HSET', event(eventId), 'reason', reason],
          ['HINCRBY', event(eventId), 'deferrals', 1],
          ['ZADD', inbox, { fromNowMs: delayMs }, eventId],
        ],
      )
    },

    async replay(eventId) {
      const { event, inbox } = own(eventId)
      const exists = {
        name: 'exists',
        command: ['HEXISTS', event(eventId), 'raw'] as const,
        must: 'is' as const,
        value: 1,
      }
      const written = await commit(
        store,
        [exists],
        [
          ['HINCRBY', event(eventId), 'replays', 1],
          ['HDEL', event(eventId), 'deferrals'],
          ['ZADD', inbox, { fromNowMs: 0 }, eventId],
        ],
      )
      return written.ok
    },
  }
}

function decodeEvent(eventId: string, stored: Record<string, string | null | undefined>): EventRecord {
  const optional = <K extends string>(name: K) =>
    (stored[name] ? { [name]: stored[name] } : {}) as Partial<Record<K, string>>
  const instant = <K extends string>(name: K) =>
    (stored[name] ? { [name]: Number(stored[name]) } : {}) as Partial<Record<K, number>>
  return {
    eventId,
    source: stored['source'] ?? '',
    state: (stored['state'] ?? 'received') as EventState,
    receivedAt: Number(stored['receivedAt']),
    duplicates: Number(stored['duplicates'] ?? 0),
    replays: Number(stored['replays'] ?? 0),
    deferrals: Number(stored['deferrals'] ?? 0),
    forwardTries: Number(stored['forwardTries'] ?? 0),
    journeys: (stored['journeys'] ?? '').split(' ').filter(id => id !== ''),
    ...instant('lastDuplicateAt'),
    ...instant('handledAt'),
    ...instant('handledRun'),
    ...instant('forwardedAt'),
    ...instant('forwardFailedAt'),
    ...instant('erasedAt'),
    ...optional('trace'),
    ...optional('contentType'),
    ...optional('type'),
    ...optional('reason'),
  }
}
