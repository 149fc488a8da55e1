import type { Clock, Random } from './clock.ts'
import type { Logger } from './logger.ts'

/** What a test, or whoever else builds a service of their own, may put in the place of what is real. */
export interface Overrides {
  clock?: Clock
  random?: Random
  logger?: Logger
  /** How long a request to a vendor may still take effect; tests that wait for it shorten it. */
  requestTimeoutMs?: number
  /** How long an event may take to be stored before its sender is asked to come again. */
  storeTimeoutMs?: number
  /** How soon what a dead process left behind is taken up; tests that wait for it shorten it. */
  recovery?: { lockMs?: number; stalledCheckMs?: number; leaseMs?: number }
  /** How often it is looked for alerts; tests that wait for one shorten it. */
  alertsEveryMs?: number
  /** Wraps what lies beyond an await: the ledger, the way onto the queues, the vendors. Tests count there, and kill. */
  instrument?: <T extends object>(name: string, part: T) => T
}
