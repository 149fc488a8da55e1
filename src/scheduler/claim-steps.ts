import type { Ledger } from '../ledger/index.ts'
import { parseStepId } from '../ledger/journey.ts'
import { jobOfStep } from '../queues/index.ts'
import type { Producer } from '../queues/producer.ts'
import { receiveEvent } from '../queues/receive-event.ts'
import { type Keys, shardNames } from '../redis/keys.ts'

/** Entries taken from one index of one shard in one round: bounds a round, not the throughput. */
const CLAIM_LIMIT = 200

/** Jobs of one kind that may wait on their queue: enough to keep workers busy, few enough for priorities to hold. */
const QUEUE_ROOM = 1_000

/** Everything that needs no pace of its own: steps that follow from calls, and events that were never handed over. */
const kinds = ['reconcile', 'text', 'fire', 'poll', 'inbox'] as const
type Kind = (typeof kinds)[number]

/** Left where they are while everything is paused. */
const acts: readonly Kind[] = ['text', 'fire']

export interface StepParts {
  ledger: Ledger
  producer: Producer
  keys: Keys
}

/** Puts what is due onto the queue of its kind. Answers when to look again; 0 when there was more than fits a round. */
export function createStepClaims(parts: StepParts, leaseMs: number): () => Promise<number | undefined> {
  const { ledger, producer, keys } = parts
  const shards = shardNames(ledger.identity.shards)
  let room = roomForAll()

  return async () => {
    const isAllPaused = await ledger.control.isAllPaused()
    const claimed = await Promise.all(shards.map(shard => claimShard(shard, isAllPaused)))
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
    const waits = claimed.flatMap(({ nextInMs }) => nextInMs ?? [])
    return waits.length === 0 ? undefined : Math.min(...waits)
  }

  async function claimShard(shard: string, isAllPaused: boolean) {
    const own = keys.shard(shard)
    const indexes = kinds.map(kind => ({
      key: kind === 'inbox' ? own.inbox : own.due(kind),
      limit: isAllPaused && acts.includes(kind) ? 0 : Math.min(CLAIM_LIMIT, Math.ceil(room[kind] / shards.length)),
    }))
    const { entries, nextInMs } = await ledger.due.claim(indexes, leaseMs)
    const found = Object.fromEntries(kinds.map((kind, at) => [kind, entries[at] ?? []])) as Record<Kind, string[]>
    const isFull = indexes.some(({ limit }, at) => limit > 0 && (entries[at]?.length ?? 0) >= limit)
    return { found, isFull, nextInMs }
  }

  async function handOver(kind: Kind, entries: readonly string[]): Promise<void> {
    if (kind === 'inbox') {
      await producer.add(
        receiveEvent,
        entries.map(eventId => ({ eventId })),
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
        const waiting = await producer.waiting(kind === 'inbox' ? receiveEvent.name : jobOfStep[kind].name)
        next[kind] = Math.max(0, QUEUE_ROOM - waiting)
      }),
    )
    return next
  }
}

function roomForAll(): Record<Kind, number> {
  return { reconcile: QUEUE_ROOM, text: QUEUE_ROOM, fire: QUEUE_ROOM, poll: QUEUE_ROOM, inbox: QUEUE_ROOM }
}
