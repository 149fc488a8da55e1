import type { z } from 'zod'
import { readAnswer } from './answer-text.ts'
import { type ClientSettings, readClientSettings } from './client-settings.ts'
import { Failure, UsageFailure } from './failure.ts'
import { readRefusal } from './refusal.ts'
import type { Shell } from './shell.ts'
import { describeUnreachable } from './unreachable.ts'

/** Longest that one question takes: a forecast over a long list is the slowest. */
const ANSWER_TIMEOUT_MS = 60_000

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** What came back: as it is, and as far as we understand it. */
export interface Answer {
  status: number
  text: string
  header(name: string): string | undefined
  /** @throws Failure when the answer is not what aftercall answers */
  read<T>(schema: z.ZodType<T>): T
}

export interface Post {
  /** Sent as JSON. */
  json?: unknown
  /** Sent as it is, instead. */
  raw?: Buffer
  headers?: Readonly<Record<string, string>>
  query?: Query
  /** Where the answer may take longer than others; `fetch` waits five minutes at most. */
  timeoutMs?: number
}

/** The service over HTTP. Whatever goes wrong is a `Failure`, an answer that says no a `Refusal`. */
export interface Client {
  readonly settings: ClientSettings
  get(path: string, query?: Query): Promise<Answer>
  post(path: string, post?: Post): Promise<Answer>
  delete(path: string): Promise<Answer>
  /** An answer of any size, as it comes. Ends in a `Failure` when it is cut off. */
  download(path: string, query?: Query): Promise<AsyncIterable<Uint8Array>>
}

/** Below this path everything is the API. */
export const API = '/api/v1'

/**
 * A path of the API: `apiPath('campaigns', id)`.
 * @throws UsageFailure for a part that would lead elsewhere: `campaign pause ..` must not pause everything
 */
export function apiPath(...parts: readonly string[]): string {
  for (const part of parts) {
    if (['', '.', '..'].includes(part)) throw new UsageFailure(`${JSON.stringify(part)} is no id`)
  }
  return [API, ...parts.map(encodeURIComponent)].join('/')
}

/** @throws ConfigError */
export function createClient({ env, stop }: Pick<Shell, 'env' | 'stop'>): Client {
  const settings = readClientSettings(env)
  const { url, apiKey } = settings

  async function ask(address: string, init: RequestInit, signals: AbortSignal[]): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Accept', 'application/json, */*')
    if (apiKey !== undefined) headers.set('Authorization', `Bearer ${apiKey}`)
    // A redirect would lose a POST, or carry the key elsewhere.
    const response = await fetch(address, { ...init, headers, redirect: 'manual', signal: AbortSignal.any(signals) })
    if (response.status >= 300 && response.status < 400) {
      const to = response.headers.get('Location') ?? 'nowhere'
      throw new Failure(`${url} sends us on to ${to}`, {
        mend: 'set AFTERCALL_URL to the address where the service is',
      })
    }
    return response
  }

  async function exchange(address: string, init: RequestInit, timeoutMs = ANSWER_TIMEOUT_MS): Promise<Answer> {
    let response: Response
    let text: string
    try {
      response = await ask(address, init, [stop, AbortSignal.timeout(timeoutMs)])
      text = await readAnswer(response.body ?? [])
    } catch (error) {
      throw explain(error)
    }
    if (!response.ok) throw refusalOf(response, text)
    return {
      status: response.status,
      text,
      header: name => response.headers.get(name) ?? undefined,
      read: schema => understand(schema, text, url),
    }
  }

  const explain = (error: unknown) =>
    error instanceof Failure || stop.aborted ? error : describeUnreachable(error, url)
  const refusalOf = ({ status, headers }: Response, text: string) =>
    readRefusal({ status, text, retryAfter: headers.get('Retry-After') }, { url, hasKey: apiKey !== undefined })

  return {
    settings,

    get: (path, query = {}) => exchange(addressOf(url, path, query), {}),

    post(path, { json, raw, headers = {}, query = {}, timeoutMs } = {}) {
      const body = raw ?? (json === undefined ? undefined : JSON.stringify(json))
      const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
      const init = { method: 'POST', headers: { ...type, ...headers } }
      return exchange(addressOf(url, path, query), body === undefined ? init : { ...init, body }, timeoutMs)
    },

    delete: path => exchange(addressOf(url, path, {}), { method: 'DELETE' }),

    async download(path, query = {}) {
      try {
        // No limit to the whole: fetch itself gives up on an answer that falls silent.
        const response = await ask(addressOf(url, path, query), {}, [stop])
        if (!response.ok) throw refusalOf(response, await readAnswer(response.body ?? []))
        return explained(response.body, explain)
      } catch (error) {
        throw explain(error)
      }
    },
  }
}

function addressOf(url: string, path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)]))).toString()
  return `${url}${path}${search === '' ? '' : `?${search}`}`
}

async function* explained(body: Response['body'], explain: (error: unknown) => unknown): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body ?? []) yield chunk
  } catch (error) {
    throw explain(error)
  }
}

/** @throws Failure when the text is not what aftercall answers */
export function understand<T>(schema: z.ZodType<T>, text: string, url: string): T {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = undefined
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = value === undefined ? 'it is no JSON' : `${issue?.path.join('.') || 'the whole'}: ${issue?.message}`
  throw new Failure(`what listens at ${url} does not answer as aftercall does (${where})`, {
    mend: 'is AFTERCALL_URL right, and the service of the same version?',
  })
}
