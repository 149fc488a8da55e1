import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import got, { AbortError, RequestError, TimeoutError } from 'got'
import type { z } from 'zod'
import type { Clock, Random } from '../clock.ts'
import { type FailedExchange, RateLimitedError } from '../errors.ts'
import { type ReadFailure, readAnswer } from './answer.ts'
import { type Budget, PAUSE_MS, type Purpose } from './budget.ts'
import { createDeparture } from './departure.ts'
import { type Path, resolvePath } from './path.ts'
import type { RequestOptions } from './ports.ts'
import { excerpt, secretsOf } from './scrub.ts'
import { type Timeouts, timeoutsWith } from './timeouts.ts'
import { type Ending, errorOf, type VendorFailure } from './vendor-error.ts'

/** A few hundred interactions with their transcripts fit; more than this is no answer to anything we ask. */
const MAX_ANSWER_BYTES = 5 * 1024 * 1024

/** Below the 5 s after which common servers drop an idle connection: a drop under a request looks like a lost call. */
const IDLE_SOCKET_MS = 4_000

/** As many idle connections as requests may be under way at once: with fewer every burst would open them anew. */
const KEPT_SOCKETS = { keepAlive: true, timeout: IDLE_SOCKET_MS, maxFreeSockets: 1_000 }

/** How much of each body goes along with an error: what was asked is ours to know, what came back is to be explained. */
const KEPT = { request: 1_000, answer: 2_000 }

/** One finished exchange, for metrics and logs: no ids of the vendor, no body, no headers. */
export interface Exchange {
  method: string
  /** Path with `{names}` in place of ids. */
  route: string
  /** Sent as `X-Request-Id`. */
  requestId: string
  durationMs: number
  status?: number
  /** Code of the error it ended in, if it did. */
  errorCode?: string
}

export interface HttpOptions {
  /** Scheme, host and path prefix that every path is put behind. */
  baseUrl: string
  /** Asked before every request, so that a key can change while the program runs. */
  headers: () => Record<string, string>
  /** Asked as `headers` is, and kept out of errors as they are: some vendors take their key in the query. */
  query?: () => Record<string, string>
  userAgent?: string
  clock: Clock
  random?: Random
  timeouts?: Partial<Timeouts>
  onExchange?: (exchange: Exchange) => void
  readFailure?: ReadFailure
  /** Takes out of an answer what must not go along with an error. */
  withoutSecrets?: (answer: string) => string
  /** The account's budget: nothing is sent without its leave. */
  budget?: Budget
  /** Ends everything for good, as `close` does. */
  signal?: AbortSignal
  /** Resolves host names instead of the system's resolver. */
  dnsLookup?: LookupFunction
}

interface GetOptions extends RequestOptions {
  /** What the request is for; looking is the least urgent. */
  purpose?: Purpose
}

interface ActOptions<T> extends GetOptions {
  /** Doing it twice is the same as doing it once: what may have happened is then `UnavailableError`, to be repeated. */
  repeatable?: boolean
  /** Beside those of every request. */
  headers?: Readonly<Record<string, string>>
  /** The status of the answer says all: a 2xx need not be JSON. */
  byStatus?: boolean
  /** The bodies are about several people: they go along with no error, which is kept with one of them. */
  isShared?: boolean
  /** Recognises a no in an answer that fits its schema. */
  refusalIn?: (answer: T) => VendorFailure | undefined
}

/**
 * Requests to one vendor. The schema is part of the call, so an answer that was not parsed never has a type. Every
 * failure is one of `errors.ts` (see `errorOf`); nothing is tried again here, no redirect is followed.
 */
export interface Http extends AsyncDisposable {
  /** A request without an effect: what may be repeated is `UnavailableError`. */
  get<T>(path: Path, Schema: z.ZodType<T>, options?: GetOptions): Promise<T>
  /**
   * A request with an effect: what may have happened is `UnknownOutcomeError`. A body of `URLSearchParams` is sent as a
   * form, `undefined` as none, a `Buffer` as it is, anything else as JSON.
   */
  act<T>(
    method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: Path,
    body: unknown,
    Schema: z.ZodType<T>,
    options?: ActOptions<T>,
  ): Promise<T>
  /** Drops every connection, those of running requests too; later requests are `UnavailableError` (`CLOSED`). */
  close(): Promise<void>
}

/** Opens nothing until the first request. */
export function createHttp(options: HttpOptions): Http {
  const { clock, random = Math.random, readFailure, withoutSecrets = same, onExchange } = options
  const baseUrl = new URL(options.baseUrl).href.replace(/\/+$/, '')
  const agent = {
    http: new HttpAgent(KEPT_SOCKETS),
    https: new HttpsAgent(KEPT_SOCKETS),
  }
  const timeouts = timeoutsWith(options.timeouts)
  const client = got.extend({
    agent,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    responseType: 'text',
    ...(options.dnsLookup === undefined ? {} : { dnsLookup: options.dnsLookup }),
  })
  let closed = false
  /** A throttled account stops as a whole. If Redis cannot be told, this process stops all the same. */
  const pause = (ms = PAUSE_MS) => {
    options.budget?.pause(ms).catch(() => {})
  }

  async function exchange<T>(
    method: string,
    path: Path,
    body: unknown,
    Schema: z.ZodType<T>,
    {
      signal,
      permit,
      purpose = 'poll',
      repeatable = false,
      headers: more = {},
      byStatus = false,
      ...rest
    }: ActOptions<T>,
  ): Promise<T> {
    const { isShared = false, refusalIn } = rest
    const { route, sent } = resolvePath(path)
    const leave = permit ?? (await options.budget?.take(purpose, signal)) ?? { purpose }
    // An intent counts on the whole to end in its time: what is spent from here to its leaving is taken off.
    const spentMs = (await options.budget?.depart(leave, signal)) ?? 0
    const own = options.headers()
    const query = options.query?.() ?? {}
    const secrets = secretsOf({ ...own, ...query })
    const payload = encodeBody(body)
    const requestId = randomId(random)
    const startedAt = clock.now()
    const departure = createDeparture()
    let tooLarge = false
    let text: string | undefined

    /** Ends the exchange as an error; got's own error goes no further, because it carries the request's headers. */
    const fail = (ending: Pick<Ending, 'cause' | 'vendor' | 'note'>) => {
      const { left, status, headers } = departure
      const retryAfter = headers['retry-after']
      const durationMs = clock.now() - startedAt
      const exchange: FailedExchange = {
        ...{ method, route, requestId, durationMs },
        ...(status === undefined ? {} : { status }),
        ...(payload.body === undefined || isShared
          ? {}
          : { request: excerpt(String(payload.body), secrets, KEPT.request) }),
        ...(text === undefined || isShared ? {} : { answer: excerpt(withoutSecrets(text), secrets, KEPT.answer) }),
      }
      const told = { method, route, repeatable, left, status, retryAfter, secrets, exchange }
      const error = errorOf({ ...told, ...ending }, clock.now())
      report(error.code)
      if (error instanceof RateLimitedError) pause(error.retryAfterMs)
      return error
    }
    const report = (errorCode?: string) => {
      const { status } = departure
      const facts = { method, route, requestId, durationMs: clock.now() - startedAt }
      observe(onExchange, {
        ...facts,
        ...(status === undefined ? {} : { status }),
        ...(errorCode === undefined ? {} : { errorCode }),
      })
    }

    if (closed) throw fail({ cause: 'CLOSED' })
    if (signal?.aborted) throw fail({ cause: 'ABORTED' })
    const stop = new AbortController()
    const abort = () => stop.abort()
    signal?.addEventListener('abort', abort, { once: true })
    try {
      const running = client(withQuery(`${baseUrl}${sent}`, query), {
        method: method as 'GET',
        headers: {
          accept: 'application/json',
          'user-agent': options.userAgent ?? 'aftercall',
          ...own,
          ...more,
          ...payload.headers,
          'x-request-id': requestId,
        },
        request: (url, native) => {
          // got prepares a request for a moment before it opens it, and a closed agent would open it all the same.
          if (closed) throw new Error('closed')
          return departure.open(url, native)
        },
        ...(payload.body === undefined ? {} : { body: payload.body }),
        signal: stop.signal,
        timeout: { ...timeouts, request: Math.max(1, timeouts.request - spentMs) },
      })
      running.on('downloadProgress', ({ transferred }) => {
        if (transferred <= MAX_ANSWER_BYTES) return
        tooLarge = true
        stop.abort()
      })
      text = (await running).body
    } catch (error) {
      if (tooLarge) throw fail({ cause: 'ANSWER_TOO_LARGE' })
      throw fail({ cause: closed ? 'CLOSED' : causeOf(error, departure.status !== undefined) })
    } finally {
      signal?.removeEventListener('abort', abort)
    }

    const { status = 0, headers } = departure
    const answer = readAnswer({ text: byStatus ? '' : text, status, headers }, Schema, readFailure)
    if ('failure' in answer) throw fail(answer.failure)
    const refusal = refusalIn?.(answer.value)
    if (refusal !== undefined) throw fail({ cause: 'REFUSED', vendor: refusal })
    report()
    return answer.value
  }

  const http: Http = {
    get: (path, Schema, options = {}) => exchange('GET', path, undefined, Schema, { ...options, repeatable: true }),
    act: (method, path, body, Schema, options = {}) => exchange(method, path, body, Schema, options),
    close: async () => {
      closed = true
      agent.http.destroy()
      agent.https.destroy()
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
  if (options.signal?.aborted) closed = true
  options.signal?.addEventListener('abort', () => void http.close(), { once: true })
  return http
}

const same = (answer: string) => answer

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const search = new URLSearchParams(query)
  return search.size === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${search}`
}

function encodeBody(body: unknown): { body?: string | Buffer; headers: Record<string, string> } {
  if (body === undefined) return { headers: {} }
  if (Buffer.isBuffer(body)) return { body, headers: {} }
  if (body instanceof URLSearchParams) {
    return { body: body.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } }
  }
  return { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
}

/** How a connection lost in the middle of an answer shows; which of them is a matter of timing. */
const CUT_OFF = new Set(['ECONNRESET', 'ERR_HTTP_CONTENT_LENGTH_MISMATCH'])

/** A short stable name for what got threw. */
function causeOf(error: unknown, answered: boolean): string {
  if (error instanceof TimeoutError) return `TIMEOUT_${error.event.replace(/[A-Z]/g, '_$&').toUpperCase()}`
  if (error instanceof AbortError) return 'ABORTED'
  const code = error instanceof RequestError ? error.code : 'REQUEST_FAILED'
  if (code === 'ERR_READING_RESPONSE_STREAM') return 'BAD_ANSWER'
  return answered && CUT_OFF.has(code) ? 'ANSWER_CUT_OFF' : code
}

/** 128 bits in hexadecimal. */
function randomId(random: Random): string {
  const word = () => Math.floor(random() * 2 ** 32).toString(16)
  return [word(), word(), word(), word()].map(hex => hex.padStart(8, '0')).join('')
}

/** An observer that throws must not turn an effect that was done into one that failed. */
function observe(onExchange: HttpOptions['onExchange'], exchange: Exchange): void {
  try {
    onExchange?.(exchange)
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error))
  }
}
