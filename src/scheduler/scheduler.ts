import type { CampaignBook } from '../campaigns/book.ts'
import type { Ledger } from '../ledger/index.ts'
import { parseStepId } from '../ledger/journey.ts'
import { isLost } from '../ledger/shard-script.ts'
import type { Logger } from '../logger.ts'
import { jobOfStep } from '../queues/index.ts'
import type { Producer } from '../queues/producer.ts'
import { receiveEvent } from '../queues/receive-event.ts'
import { type Keys, type StepKind, shardNames, stepKinds } from '../redis/keys.ts'

/**
 * How long a claimed step may take to get onto its queue before it is claimed again: a process that died in between
 * leaves it no longer than its jobs. It may well be shorter than a job runs, for a job that is still there is not added
 * again, and a handler leaves alone what is done or not due.
 */
const LEASE_MS = 10_000

/** Entries taken from one index of one shard in one round: bounds a round, not the throughput. */
const CLAIM_LIMIT = 200

/** Jobs of one kind that may wait on their queue: enough to keep workers busy, few enough for priorities to hold. */
const QUEUE_ROOM = 1_000

/** A scheduler with nothing due looks again after this long, for steps that another process planned. */
const IDLE_MS = 500

/** When data is gone a person has to act: there is no hurry, but nobody should miss it in the log. */
const LOST_MS = 5_000

/** After a round that failed (Redis away). */
const RETRY_MS = 250

/** A round takes milliseconds. One that waits for a Redis that is away is left: what it claimed comes due again. */
const STOP_MS = 1_000

export interface Scheduler extends AsyncDisposable {
  start(): void
  /** Something is due at this time: do not sleep past it. */
  wake(dueAt: number): void
}

/**
 * Moves what is due from the ledger's index onto the queues, and events that were accepted but never handed over. Any
 * number of processes may run one: a claim is a lease.
 */
export function createScheduler(parts: {
  ledger: Ledger
  producer: Producer
  campaigns: CampaignBook
  keys: Keys
  now: () => number
  logger: Logger
  leaseMs?: number
}): Scheduler {
  const { ledger, producer, campaigns, keys, now, logger, leaseMs = LEASE_MS } = parts
  const shards = shardNames(ledger.identity.shards)
  let stopped = false
  let running: Promise<void> | undefined
  let wakeAt = Number.POSITIVE_INFINITY
  let awaken: (() => void) | undefined
  let room = roomForAll()

  /** One look at every shard. Answers how long to sleep. */
  async function round(): Promise<number> {
    const claimed = await Promise.all(shards.map(claimShard))
    const busy = new Set<StepKind | 'inbox'>()
    for (const kind of [...stepKinds, 'inbox'] as const) {
      const entries = claimed.flatMap(claim => claim.entries[kind])
      if (entries.length === 0) continue
      busy.add(kind)
      await handOver(kind, entries)
    }
    room = await roomAfter(busy)
    const isMore = claimed.some(claim => claim.isFull)
    return isMore ? 0 : Math.min(IDLE_MS, ...claimed.map(claim => claim.nextInMs ?? IDLE_MS))
  }

  async function claimShard(shard: string) {
    const own = keys.shard(shard)
    const dials = campaigns.all().map(({ id }) => ({ kind: 'dial' as const, key: own.due('dial', id) }))
    const others = stepKinds.filter(kind => kind !== 'dial').map(kind => ({ kind, key: own.due(kind) }))
    const indexes = [...dials, ...others, { kind: 'inbox' as const, key: own.inbox }].map(index => ({
      ...index,
      limit: Math.min(CLAIM_LIMIT, Math.ceil(room[index.kind] / shards.length)),
    }))
    const { entries, nextInMs } = await ledger.due.claim(indexes, leaseMs)
    const byKind: Record<StepKind | 'inbox', string[]> = {
      dial: [],
      poll: [],
      text: [],
      fire: [],
      reconcile: [],
      inbox: [],
    }
    let isFull = false
    for (const [at, index] of indexes.entries()) {
      const found = entries[at] ?? []
      byKind[index.kind].push(...found)
      if (index.limit > 0 && found.length >= index.limit) isFull = true
    }
    return { entries: byKind, isFull, nextInMs }
  }

  async function handOver(kind: StepKind | 'inbox', entries: readonly string[]): Promise<void> {
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
  async function roomAfter(busy: ReadonlySet<StepKind | 'inbox'>) {
    const next = roomForAll()
    await Promise.all(
      [...busy].map(async kind => {
        const waiting = await producer.waiting(kind === 'inbox' ? receiveEvent.name : jobOfStep[kind].name)
        next[kind] = Math.max(0, QUEUE_ROOM - waiting)
      }),
    )
    return next
  }

  function sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.max(0, Math.min(ms, wakeAt - now())))
    awaken = resolve
    return promise.finally(() => {
      clearTimeout(timer)
      awaken = undefined
      wakeAt = Number.POSITIVE_INFINITY
    })
  }

  async function loop(): Promise<void> {
    while (!stopped) {
      let pauseMs = RETRY_MS
      try {
        pauseMs = await round()
      } catch (err) {
        if (isLost(err)) pauseMs = LOST_MS
        if (!stopped) logger[isLost(err) ? 'error' : 'warn']({ err, alert: isLost(err) }, 'scheduler.round_failed')
      }
      if (!stopped && pauseMs > 0) await sleep(pauseMs)
    }
  }

  return {
    start() {
      running ??= loop()
    },
    wake(dueAt) {
      if (dueAt >= wakeAt || dueAt - now() > IDLE_MS) return
      wakeAt = dueAt
      awaken?.()
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      awaken?.()
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, STOP_MS)
      await Promise.race([running, late])
      clearTimeout(timer)
    },
  }
}

function roomForAll(): Record<StepKind | 'inbox', number> {
  return {
    dial: QUEUE_ROOM,
    poll: QUEUE_ROOM,
    text: QUEUE_ROOM,
    fire: QUEUE_ROOM,
    reconcile: QUEUE_ROOM,
    inbox: QUEUE_ROOM,
  }
}
