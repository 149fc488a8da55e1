import type { PixelAct } from '../campaigns/campaign.ts'
import type { EventResult } from '../clients/receiver-ports.ts'
import { isKeyRefused, RateLimitedError, RejectedError, UnavailableError, UnknownOutcomeError } from '../errors.ts'
import { type Backoff, pixelBackoff } from './backoff.ts'

/** What the end of a request says of the destination that it went to. Pure. */

/**
 * Failed requests in a row after which a destination counts as away. Where one request in five fails by chance it takes
 * ten million of them to look like that.
 */
const PAUSE_AFTER = 10

/** While a destination is away: as late as a pixel's own tries, for under `park` each that is lost is put before a person. */
const awayBackoff = pixelBackoff

/** A refused key costs nothing to try, and what waits for its mending should not wait long after it. */
const keyBackoff: Backoff = { firstMs: 10_000, maxMs: 60_000 }

/** Failures that say nothing of the destination: we are stopping, or the request was never made. */
const OURS = new Set(['STOPPING', 'CLOSED', 'ABORTED', 'BUDGET', 'BUDGET_AWAY', 'NOT_ISOLATED', 'NOT_SENT'])

/** What is wrong with a key, a person mends and starts the service again. */
const OF_KEYS = new Set(['NOT_CONFIGURED', 'UNAUTHORIZED', 'FORBIDDEN'])

export const isOfKey = (code: string | undefined): boolean => code !== undefined && OF_KEYS.has(code)

const destinations: Record<PixelAct['via'], { name: string; key: string }> = {
  leadsail: { name: 'LeadSail', key: 'API key' },
  meta: { name: 'Meta', key: 'access token' },
  tiktok: { name: 'TikTok', key: 'access token' },
}

/** Which pixel of which destination. */
export type PixelTarget = Pick<PixelAct, 'via' | 'pixelId'>

/** By what one pixel of a destination is known: it may be refused while others are not. */
export const onePixel = ({ via, pixelId }: PixelTarget) => `${via}/${pixelId}`

/** What went wrong, and of whom it speaks: a destination or one pixel there. */
export interface Verdict {
  name: string
  code: string
  why: string
  /** Failures in a row that pause it: 1 where the next one would surely fail as well. */
  pauseAfter: number
  /** Until one is sent ahead, while it is paused. */
  backoff: Backoff
  retryAfterMs?: number | undefined
}

/** @param error in which the request ended; `undefined` when it went through */
export function verdictOf(to: PixelTarget, error: unknown): Verdict | 'fine' | 'nothing' {
  if (error === undefined) return 'fine'
  const { name, key } = destinations[to.via]
  if (isKeyRefused(error)) {
    const isOfAll = error.status === 401 || error.code === 'UNAUTHORIZED'
    return isOfAll
      ? keyFault(to.via, error.code, `${name} refused the ${key}`)
      : keyFault(onePixel(to), error.code, `${name} does not let this ${key} fire pixel ${to.pixelId}`)
  }
  // Without a status nobody was asked: our own client knew better.
  if (error instanceof RejectedError) return error.status === undefined ? 'nothing' : 'fine'
  const isAway =
    error instanceof UnavailableError || error instanceof RateLimitedError || error instanceof UnknownOutcomeError
  if (!isAway || OURS.has(error.code)) return 'nothing'
  return {
    ...{ name: to.via, code: error.code, pauseAfter: PAUSE_AFTER, backoff: awayBackoff },
    why: `${name} could not be reached or did not take requests: ${error.code}`,
    retryAfterMs: error instanceof RateLimitedError ? error.retryAfterMs : undefined,
  }
}

/** Nothing can be sent there at all. */
export function verdictOfMissing({ via }: PixelTarget, { code, message }: UnavailableError): Verdict {
  return keyFault(via, code, message)
}

function keyFault(name: string, code: string, why: string): Verdict {
  return { name, code, why, pauseAfter: 1, backoff: keyBackoff }
}

/** The error that speaks for a batch as a whole: none where one event was taken, for then its destination is well. */
export function failureOfBatch(results: readonly EventResult[]): unknown {
  const errors = results.flatMap(entry => (entry.result === 'failed' ? [entry.error] : []))
  if (errors.length < results.length) return undefined
  return (
    errors.find(isKeyRefused) ??
    errors.find(error => !(error instanceof RejectedError)) ??
    errors.find(({ status }) => status !== undefined) ??
    errors[0]
  )
}
