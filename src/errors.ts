/**
 * The few kinds of failure this program tells apart. Whether something is tried again is decided by the kind and by
 * nothing else, so every error that crosses a room's border is one of these.
 */

export interface AppErrorOptions extends ErrorOptions {
  /** Stable, upper-case, machine-readable; a vendor's own code where there is one (`VALIDATION_ERROR`). */
  code?: string
  /** HTTP status of the answer that caused it, if there was an answer. */
  status?: number
  /** The request that ended in it. */
  exchange?: FailedExchange
}

/**
 * A request that failed and what came back, as far as it is known: bounded, without headers and without our secrets. The
 * bodies can hold personal data: they are kept only where that is kept, and never logged.
 */
export interface FailedExchange {
  method: string
  /** Path with `{names}` in place of ids. */
  route: string
  /** Sent as `X-Request-Id`. */
  requestId: string
  durationMs: number
  status?: number
  /** The beginning of the body that was sent. */
  request?: string
  /** The beginning of the body that came back. */
  answer?: string
}

/** Beside the errors and not in them: whatever copies, prints or logs an error leaves people's data out. */
const exchanges = new WeakMap<AppError, FailedExchange>()

/** The request that an error ended, where there was one. */
export function exchangeOf(error: unknown): FailedExchange | undefined {
  return error instanceof AppError ? exchanges.get(error) : undefined
}

/** Base of every expected failure. `code` is stable; `message` is for people and holds no personal data. */
export abstract class AppError extends Error {
  readonly code: string
  readonly status: number | undefined

  constructor(message: string, options: AppErrorOptions = {}) {
    super(message, options)
    this.name = new.target.name
    this.code = options.code ?? new.target.name.replace(/Error$/, '').toUpperCase()
    this.status = options.status
    if (options.exchange !== undefined) exchanges.set(this, options.exchange)
  }
}

/** Started wrong. Carries every fault at once; the process ends with exit code 78 (EX_CONFIG of sysexits.h). */
export class ConfigError extends AppError {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('\n'))
    this.faults = faults
  }
}

/** A stored job does not fit its contract: parked, never tried again. */
export class PayloadError extends AppError {}

/** The vendor understood and said no (4xx but 408 and 429, or `success: false`): never again. */
export class RejectedError extends AppError {}

/** The vendor refused our key, not what we asked: it says nothing against the lead and passes when the key is mended. */
export function isKeyRefused(error: unknown): error is RejectedError {
  if (!(error instanceof RejectedError)) return false
  return error.status === 401 || error.status === 403 || error.code === 'UNAUTHORIZED' || error.code === 'FORBIDDEN'
}

/** The vendor is throttling: the request was surely not done. Again after `retryAfterMs`, or by backoff without it. */
export class RateLimitedError extends AppError {
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: AppErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, options)
    this.retryAfterMs = options.retryAfterMs
  }
}

/** The request surely never left (DNS, refused connection), or repeating it is safe (a GET): again, with backoff. */
export class UnavailableError extends AppError {}

/** The effect may have happened: timeout, reset or 5xx after a request with an effect had left. Never repeated blindly. */
export class UnknownOutcomeError extends AppError {}

/** A deadline passed: never again. */
export class ExpiredError extends AppError {}

/** One line for logs, timelines and API answers: the stable code, and the message where the error is an expected one. */
export function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof AppError) return { code: error.code, message: error.message }
  if (error instanceof Error) return { code: 'INTERNAL', message: error.message }
  return { code: 'INTERNAL', message: String(error) }
}

/** What ioredis and Redis itself say when a command could not be carried out, or nobody knows whether it was. */
const WORDS = [
  ...["Stream isn't writeable", 'Connection is closed', 'Command timed out', 'Command aborted'],
  ...['Failed to refresh slots', 'Cluster ', 'Too many Cluster redirections'],
  ...['LOST ', 'OOM ', 'READONLY ', 'CLUSTERDOWN '],
]

const NAMES = new Set(['ReplyError', 'MaxRetriesPerRequestError', 'ClusterAllFailedError'])

/** Whether an error is the ledger's being away: it says nothing about what was being done. */
export function isRedisError(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return NAMES.has(error.name) || WORDS.some(words => error.message.startsWith(words))
}
