import { setTimeout as wait } from 'node:timers/promises'
import type { Permit } from '../clients/budget.ts'
import type { BudgetPort } from '../clients/ports.ts'
import type { ConversionBatch, ConversionEvent, ConversionPort, EventResult } from '../clients/receiver-ports.ts'
import { REQUEST_TIMEOUT_MS } from '../clients/timeouts.ts'
import { UnavailableError } from '../errors.ts'
import type { Pass } from './pixel-gate.ts'

/** How long the first event waits for others of the same pixel: unnoticed by anybody, long enough for what came at once. */
const LINGER_MS = 25

/**
 * How long those that have leave wait for each other's intents: below the time after which an intent is stale. Whoever is
 * later tries again.
 */
const GATHER_MS = 1_500

/** Where a batch goes, and whose events may share it. */
export interface BatchTarget {
  pass: Pass
  testEventCode?: string | undefined
  /** Events of one request, where fewer than the platform takes. */
  atMost?: number
}

/** One event's place in a batch: leave first, then its intent, then the event itself. */
export interface Seat extends BudgetPort {
  /** Resolves when the platform has taken it. Rejects with what became of it otherwise. */
  send(event: ConversionEvent): Promise<void>
  /** It is not sent. To be called in any case: others wait for it. */
  leave(): void
}

/** Sends events of one pixel together that come due together: one request, and one leave of the budget, for all of them. */
export interface PixelBatches {
  seat(to: BatchTarget): Seat
}

export interface BatchParts {
  port: (via: string) => ConversionPort
  /** Sends a batch, and learns from how it went. */
  watch: (pass: Pass, request: () => Promise<EventResult[]>) => Promise<EventResult[]>
  lingerMs?: number
  gatherMs?: number
}

/** A batch that is being filled, and then under way. */
interface Batch {
  /** Resolves when it has leave; nobody boards any more then. */
  leave: Promise<Permit>
  boarded: number
  /** Those that will not come along. */
  left: number
  waiting: { event: ConversionEvent; resolve: () => void; reject: (error: unknown) => void }[]
  hasDeparted: boolean
  /** Sends what is there, once everybody is. */
  check(): void
}

export function createPixelBatches(parts: BatchParts): PixelBatches {
  const { port, watch, lingerMs = LINGER_MS, gatherMs = GATHER_MS } = parts
  /** Batches that still take events. */
  const open = new Map<string, Batch>()

  function board(
    { pass, testEventCode, atMost = Number.POSITIVE_INFINITY }: BatchTarget,
    signal: AbortSignal | undefined,
  ): Batch {
    const { isAlone } = pass
    const { via, pixelId } = pass.to
    const key = JSON.stringify([via, pixelId, testEventCode, atMost])
    const destination = port(via)
    const found = isAlone ? undefined : open.get(key)
    const batch = found ?? start()
    batch.boarded += 1
    if (batch.boarded >= Math.min(destination.maxEvents, atMost)) close(batch)
    return batch

    function start(): Batch {
      const permit = Promise.withResolvers<Permit>()
      const started: Batch = {
        ...{ leave: permit.promise, boarded: 0, left: 0, waiting: [], hasDeparted: false },
        check: () => {
          const isComplete = started.waiting.length + started.left >= started.boarded
          if (isComplete) void depart(started, pass, testEventCode, signal)
        },
      }
      if (!isAlone) open.set(key, started)
      permit.resolve(askLeave(started))
      return started
    }

    async function askLeave(of: Batch): Promise<Permit> {
      try {
        if (!isAlone) await wait(lingerMs)
        return await destination.permit('pixel', signal === undefined ? {} : { signal })
      } finally {
        close(of)
        if (signal?.aborted !== true) void latest(of)
      }
    }

    /** Nobody waits longer than this for those who come late. */
    async function latest(of: Batch): Promise<void> {
      await wait(gatherMs, undefined, { ref: false })
      await depart(of, pass, testEventCode, signal)
    }

    function close(of: Batch): void {
      if (open.get(key) === of) open.delete(key)
    }
  }

  async function depart(
    batch: Batch,
    pass: Pass,
    testEventCode: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (batch.hasDeparted) return
    batch.hasDeparted = true
    const { waiting } = batch
    if (waiting.length === 0) return
    const { via, pixelId } = pass.to
    const events = waiting.map(({ event }) => event)
    const of: ConversionBatch = { pixelId, events, ...(testEventCode === undefined ? {} : { testEventCode }) }
    // The first intent may be as old as this: all must be over when its request would have been.
    const end = AbortSignal.timeout(REQUEST_TIMEOUT_MS - gatherMs)
    const options = { permit: await batch.leave, signal: signal === undefined ? end : AbortSignal.any([signal, end]) }
    try {
      const results = await watch(pass, () => port(via).fireEvents(of, options))
      for (const [index, { resolve, reject }] of waiting.entries()) {
        const result = results[index]
        if (result?.result === 'done') resolve()
        else reject(result?.error ?? new Error('an event of the batch has no result'))
      }
    } catch (error) {
      // Nobody knows what has become of any of them.
      for (const { reject } of waiting) reject(error)
    }
  }

  return {
    seat(to) {
      let batch: Batch | undefined
      let isOut = false
      return {
        async permit(_purpose, { signal } = {}) {
          batch = board(to, signal)
          return batch.leave
        },
        async send(event) {
          if (batch === undefined || batch.hasDeparted) throw missed()
          const { promise, resolve, reject } = Promise.withResolvers<void>()
          batch.waiting.push({ event, resolve, reject })
          isOut = true
          batch.check()
          return promise
        },
        leave() {
          if (batch === undefined || isOut) return
          isOut = true
          batch.left += 1
          batch.check()
        },
      }
    },
  }
}

function missed(): UnavailableError {
  return new UnavailableError('its intent was written too late for its batch: nothing was sent', { code: 'NOT_SENT' })
}
