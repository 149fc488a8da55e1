import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import { parseStepId } from '../ledger/journey.ts'
import { eraseLead } from '../queues/erase-lead.ts'
import { forwardDelivery } from '../queues/forward-delivery.ts'
import { jobOfStep } from '../queues/index.ts'
import type { Producer } from '../queues/producer.ts'
import { receiveEvent } from '../queues/receive-event.ts'
import { type Keys, shardNames } from '../redis/keys.ts'
import { createPixelReleases } from './release-pixels.ts'

/** Entries taken from one index of one shard in one round: bounds a round, not the throughput. */
const CLAIM_LIMIT = 200

/** Of one kind so many may wait on their queue: enough to keep workers busy, few enough for priorities to hold. */
const QUEUE_ROOM = 1_000

/** A queue that has no room is asked again after this long: its workers empty it meanwhile. */
const NO_ROOM_MS = 50

/**
 * Everything that needs no pace of its own: steps that follow from calls, events that were never handed over, deliveries
 * that are to be passed on, and leads that are to be erased.
 */
const kinds = [
  'reconcile',
  'text',
  'fire',
  'poll',
  'walk',
  'read',
  'tell',
  'write',
  'inbox',
  'forward',
  'erase',
] as const
type Kind = (typeof kinds)[number]

const jobOfEvent = { inbox: receiveEvent, forward: forwardDelivery }
const jobs = { ...jobOfStep, ...jobOfEvent, erase: eraseLead }

/** Left where they are while everything is paused. */
const acts: readonly Kind[] = ['text', 'fire']

export interface StepParts {
  ledger: Ledger
  producer: Producer
  keys: Keys
  clock: Clock
}

/** Puts what is due onto the queue of its kind. Answers when to look again; 0 when there was more than fits a round. */
export function createStepClaims(parts: StepParts, leaseMs: number): () => Promise<number | undefined> {
  const { ledger, producer, keys } = parts
  const shards = shardNames(ledger.identity.shards)
  const release = createPixelReleases(parts)
  let room = roomForAll()

  return async () => {
    const [isAllPaused, destinations] = await Promise.all([ledger.control.isAllPaused(), ledger.destinations.read()])
    const nextReleaseMs = isAllPaused ? undefined : await release(destinations, room.fire)
    const claimed = await Promise.all(shards.map(shard => claimShard(shard, isAllPaused, [...destinations.keys()])))
    const busy = kinds.filter(kind => claimed.some(({ found }) => found[kind].length > 0))
    for (const kind of busy) {
      await handOver(
        kind,
        claimed.flatMap(({ found }) => found[kind]),
      )
    }
    // What had no room was not claimed, and may have some now: it is asked about as well.
    room = await roomAfter(kinds.filter(kind => busy.includes(kind) || room[kind] < QUEUE_ROOM))
    if (claimed.some(({ isFull }) => isFull)) return 0
    const noRoomMs = kinds.some(kind => room[kind] === 0) ? NO_ROOM_MS : undefined
    const waits = [nextReleaseMs, noRoomMs, ...claimed.map(({ nextInMs }) => nextInMs)].filter(
      wait => wait !== undefined,
    )
    return waits.length === 0 ? undefined : Math.min(...waits)
  }

  async function claimShard(shard: string, isAllPaused: boolean, destinations: readonly string[]) {
    const own = keys.shard(shard)
    const limitOf = (kind: Kind) =>
      isAllPaused && acts.includes(kind) ? 0 : Math.min(CLAIM_LIMIT, Math.ceil(room[kind] / shards.length))
    const indexes = [
      ...kinds.map(kind => ({
        key: indexOf(own, kind),
        limit: limitOf(kind),
      })),
      // Pixels that have waited until their time was over.
      ...destinations.map(name => ({ key: own.waiting(name), limit: limitOf('fire') })),
    ]
    const { entries, nextInMs } = await ledger.due.claim(indexes, leaseMs)
    const found = Object.fromEntries(kinds.map((kind, at) => [kind, entries[at] ?? []])) as Record<Kind, string[]>
    found.fire.push(...entries.slice(kinds.length).flat())
    const isFull = indexes.some(({ limit }, at) => limit > 0 && (entries[at]?.length ?? 0) >= limit)
    return { found, isFull, nextInMs }
  }

  async function handOver(kind: Kind, entries: readonly string[]): Promise<void> {
    if (kind === 'inbox' || kind === 'forward') {
      await producer.add(
        jobOfEvent[kind],
        entries.map(eventId => ({ eventId })),
      )
      return
    }
    if (kind === 'erase') {
      await producer.add(
        eraseLead,
        entries.map(erasureId => ({ erasureId })),
      )
      return
    }
    const steps = entries.flatMap(id => parseStepId(id) ?? [])
    await producer.add(
      jobOfStep[kind],
      steps.map(({ journeyId, ref }) => ({ journeyId, ref })),
    )
  }

  /** Asks only the queues that were just fed: the others have not grown. */
  async function roomAfter(busy: readonly Kind[]): Promise<Record<Kind, number>> {
    const next = roomForAll()
    await Promise.all(
      busy.map(async kind => {
        const waiting = await producer.waiting(jobs[kind])
        next[kind] = Math.max(0, QUEUE_ROOM - waiting)
      }),
    )
    return next
  }
}

function indexOf(own: ReturnType<Keys['shard']>, kind: Kind): string {
  switch (kind) {
    case 'inbox':
      return own.inbox
    case 'forward':
      return own.forwards
    case 'erase':
      return own.erasures
    default:
      return own.due(kind)
  }
}

function roomForAll(): Record<Kind, number> {
  return Object.fromEntries(kinds.map(kind => [kind, QUEUE_ROOM])) as Record<Kind, number>
}
