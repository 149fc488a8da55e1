import { isLost } from '../ledger/shard-script.ts'
import type { Logger } from '../logger.ts'
import { createDialClaims, type DialParts } from './claim-dials.ts'
import { createStepClaims } from './claim-steps.ts'

/**
 * How long a claimed step may wait for its handler to write the next transition. Longer than any handler runs, so that
 * a slow one is not run beside itself; a handler that died is found sooner by its queue's stalled check.
 */
const LEASE_MS = 60_000

/** A scheduler with nothing due looks again after this long, for steps that another process planned. */
const IDLE_MS = 500

/** When data is gone a person has to act: there is no hurry, but nobody should miss it in the log. */
const LOST_MS = 5_000

/** After a round that failed (Redis away). */
const RETRY_MS = 250

export interface Scheduler extends AsyncDisposable {
  start(): void
  /** Something is due at this time: do not sleep past it. */
  wake(dueAt: number): void
}

/**
 * Moves what is due from the ledger's index onto the queues, and events that were accepted but never handed over. Any
 * number of processes may run one: a claim is a lease.
 */
export function createScheduler(parts: DialParts & { logger: Logger; keep: () => Promise<boolean> }): Scheduler {
  const { clock, logger, keep } = parts
  const claimDials = createDialClaims(parts, LEASE_MS)
  const claimSteps = createStepClaims(parts, LEASE_MS)
  let stopped = false
  let running: Promise<unknown> | undefined
  let wakeAt = Number.POSITIVE_INFINITY
  let awaken: (() => void) | undefined

  /** One look at everything. Answers how long to sleep. */
  async function round(): Promise<number> {
    const waits = await Promise.all([claimDials(), claimSteps()])
    return Math.min(IDLE_MS, ...waits.map(wait => wait ?? IDLE_MS))
  }

  function sleep(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const timer = setTimeout(resolve, Math.max(0, Math.min(ms, wakeAt - clock.now())))
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
        const isMore = await keep()
        pauseMs = await round()
        if (isMore) pauseMs = 0
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
      if (dueAt >= wakeAt || dueAt - clock.now() > IDLE_MS) return
      wakeAt = dueAt
      awaken?.()
    },
    async [Symbol.asyncDispose]() {
      stopped = true
      awaken?.()
      await running
    },
  }
}
