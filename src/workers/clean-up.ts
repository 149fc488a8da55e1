import type { Clock } from '../clock.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Settled } from './settled.ts'

/**
 * Removes what is past its retention, ended journeys and raw events, and causes of failures of which nothing is left. Marks
 * that keep things from happening twice stay.
 */
export function createCleanUp(parts: { ledger: Ledger; clock: Clock; retentionMs: number }) {
  return async (): Promise<Settled> => {
    await parts.ledger.retention.removeBefore(parts.clock.now() - parts.retentionMs)
    await parts.ledger.failures.tidy()
    return { result: 'done' }
  }
}
