import type { Draft } from '../ledger/draft.ts'
import type { Effect, Step } from '../ledger/journey.ts'
import type { Backoff } from './backoff.ts'

/** What a journey learns from each way in which an act upon the outside can end. */
export interface Deed<R> {
  effectKey: string
  step: Step
  backoff: Backoff
  /** Writes what stands beside the intent (reservations, guards). The effect itself is moved by the protocol. */
  intend(draft: Draft): void
  /** It happened. Answers what to keep of the vendor's answer. */
  done(draft: Draft, result: R): Effect['result']
  /** The vendor said no. */
  refused?(draft: Draft): void
  /** It surely did not happen; the step is planned again. */
  withdrawn?(draft: Draft): void
  /** It may have happened. */
  unknown?(draft: Draft): void
  /** It was taken for not done, and its answer came after all: what was taken back stands again. */
  reinstate?(draft: Draft): void
  /** What may have happened is tried again like what surely has not, and nobody asks first whether it did. */
  mayRepeat?: boolean
  /** No more tries after this instant: the effect expires. */
  expiresAt?: number
}
