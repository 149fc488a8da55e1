import type { Random } from '../clock.ts'
import { RateLimitedError } from '../errors.ts'

export interface Backoff {
  /** Upper bound of the first delay, ms. */
  firstMs: number
  /** Upper bound of every delay, ms. */
  maxMs: number
}

/** Steps: a vendor that is away for a moment costs a moment. */
export const stepBackoff: Backoff = { firstMs: 2_000, maxMs: 300_000 }

/** Pixels: the first retry within 10 s, then doubling up to 15 min. */
export const pixelBackoff: Backoff = { firstMs: 10_000, maxMs: 900_000 }

/**
 * How long to wait before the next try: doubling, capped, with jitter in the upper half so that many failures do not
 * come back at once. A vendor's own `Retry-After` is a lower bound.
 * @param tries failed tries so far, this one included (from 1)
 */
export function backoffMs(backoff: Backoff, tries: number, random: Random, error?: unknown): number {
  const ceiling = Math.min(backoff.maxMs, backoff.firstMs * 2 ** Math.min(tries - 1, 30))
  const jittered = ceiling * (0.5 + random() / 2)
  const asked = error instanceof RateLimitedError ? (error.retryAfterMs ?? 0) : 0
  return Math.round(Math.max(jittered, asked))
}
