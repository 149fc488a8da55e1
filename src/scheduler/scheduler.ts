import { describeError } from '../errors.ts'
import { isLost } from '../ledger/shard-script.ts'
import { createLogSeldom } from '../log-seldom.ts'
import type { Logger } from '../logger.ts'
import { createDialClaims, type DialParts } from './claim-dials.ts'
import { createHandOverClaims } from './claim-hand-overs.ts'
import { createStepClaims } from './claim-steps.ts'

/**
 * How long a claimed step may take to get onto its queue before it is claimed again: a process that died in between
 * leaves it no longer than its jobs. It may well be shorter than a job runs, for a job that is still there is not added
 * again, and a handler leaves alone what is done or not due.
 */
const LEASE_MS = 10_000

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
export function createScheduler(
  parts: DialParts & { logger: Logger; keep: () => Promise<boolean>; leaseMs?: number },
): Scheduler {
  const { clock, logger, keep, leaseMs = LEASE_MS } = parts
  const seldom = createLogSeldom(() => clock.now())
  const claimDials = createDialClaims(parts, leaseMs)
  const claimHandOvers = createHandOverClaims(parts, leaseMs)
  const claimSteps = createStepClaims(parts, leaseMs)
  let stopped = false
  let running: Promise<unknown> | undefined
  let wakeAt = Number.POSITIVE_INFINITY
  let awaken: (() => void) | undefined

  /** One look at everything. Answers how long to sleep. */
  async function round(): Promise<number> {
    const waits = await Promise.all([claimDials(), claimHandOvers(), claimSteps()])
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

  function tell(err: unknown): void {
    if (isLost(err)) logger.error({ err, alert: true }, 'scheduler.round_failed')
    else seldom(describeError(err).message, often => logger.warn({ err, ...often }, 'scheduler.round_failed'))
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
        if (!stopped) tell(err)
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
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, STOP_MS)
      await Promise.race([running, late])
      clearTimeout(timer)
    },
  }
}
