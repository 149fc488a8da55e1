import {
  type AppError,
  type FailedExchange,
  RateLimitedError,
  RejectedError,
  UnavailableError,
  UnknownOutcomeError,
} from '../errors.ts'
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts'
import { scrub } from './scrub.ts'

/** What the body of an answer says about a failure, translated by the vendor's own client. */
export interface VendorFailure {
  /**
   * `refused`: understood and said no, whatever the status. `throttled`: surely not done. `broken`: the vendor's own
   * fault. Absent: the status decides, and with a 2xx the failure is a refusal.
   */
  kind?: 'refused' | 'throttled' | 'broken'
  code?: string
  message?: string
  /** A vendor's own way of saying how long to wait; beats the `Retry-After` header. */
  retryAfterMs?: number
}

/** Everything known about an exchange that gave no usable answer. */
export interface Ending {
  method: string
  /** Path with `{names}` in place of ids. */
  route: string
  /** Doing it twice is the same as doing it once: a GET, or an act that was declared so. */
  repeatable: boolean
  /** A byte of the request may have reached the vendor. */
  left: boolean
  /** What went wrong where no status says it: a node error code, `TIMEOUT_RESPONSE`, `BAD_ANSWER`, … */
  cause: string
  /** Status of the answer, if one began to arrive; its body may still be missing. */
  status?: number | undefined
  /** The `Retry-After` header. */
  retryAfter?: string | undefined
  vendor?: VendorFailure | undefined
  /** More about `cause`, for people. */
  note?: string | undefined
  /** Never to appear in the error, even if the vendor repeats them to us. */
  secrets?: readonly string[]
  /** What the error carries along of the exchange, its secrets taken out. */
  exchange?: FailedExchange | undefined
}

const MAX_MESSAGE = 500
const CODE = /^[A-Za-z][\w.-]{0,63}$/
const SPOKEN: Readonly<Record<number, string>> = { 401: 'UNAUTHORIZED', 403: 'FORBIDDEN' }

/**
 * The one place that decides which kind of failure an exchange was. `nowMs` reads a `Retry-After` date. The error says
 * no more than the route, a code, a status and the vendor's scrubbed words; bodies go along in its `exchange` alone.
 *
 * A vendor's code goes before the status, because LeadSail prints codes and no statuses (its reference says so for every
 * endpoint). A 408 is no refusal: the vendor gave up waiting for the request, and what it did by then is not known.
 */
export function errorOf(ending: Ending, nowMs: number): AppError {
  const { status, vendor, exchange } = ending
  const code = codeOf(ending)
  const message = messageOf(ending, code)
  const options = {
    code,
    ...(status === undefined ? {} : { status }),
    ...(exchange === undefined ? {} : { exchange }),
  }

  if (status === 429 || vendor?.kind === 'throttled') {
    const waitMs = vendor?.retryAfterMs ?? parseRetryAfter(ending.retryAfter, nowMs)
    const retryAfterMs = waitMs === undefined ? {} : { retryAfterMs: Math.min(waitMs, MAX_RETRY_AFTER_MS) }
    return new RateLimitedError(message, { ...options, ...retryAfterMs })
  }
  if (isRefusal(status, vendor)) return new RejectedError(message, options)
  if (ending.repeatable || !ending.left) return new UnavailableError(message, options)
  return new UnknownOutcomeError(message, options)
}

function isRefusal(status: number | undefined, vendor: VendorFailure | undefined): boolean {
  if (vendor?.kind !== undefined) return vendor.kind === 'refused'
  if (status === undefined) return false
  if (status >= 200 && status < 300) return vendor !== undefined
  return status >= 400 && status < 500 && status !== 408
}

function codeOf({ status, vendor, cause, secrets }: Ending): string {
  if (status === 401) return 'UNAUTHORIZED'
  if (vendor?.code !== undefined && CODE.test(vendor.code) && scrub(vendor.code, secrets) === vendor.code) {
    return vendor.code.toUpperCase()
  }
  if (status === undefined || (status >= 200 && status < 300)) return vendor === undefined ? cause : 'REFUSED'
  return SPOKEN[status] ?? `HTTP_${status}`
}

function messageOf({ method, route, status, vendor, note, secrets }: Ending, code: string): string {
  const answered = status === undefined ? '' : ` answered ${status}`
  const words = scrub(vendor?.message ?? note ?? '', secrets)
    .replace(/\s+/g, ' ')
    .trim()
  const message = `${method} ${route}${answered}: ${code}${words === '' ? '' : `: ${words}`}`
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE - 1)}…` : message
}
