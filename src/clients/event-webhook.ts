import { z } from 'zod'
import { createHttp, type HttpOptions } from './http.ts'
import type { EventPort } from './receiver-ports.ts'
import { signedHeaders } from './standard-signature.ts'

/** Room for an own endpoint that writes to a database; far below what may hold up a worker's place for long. */
const TIMEOUT_MS = 15_000

/**
 * Tells our own events to one URL as Standard Webhooks. Any 2xx is taken for received, whatever its body.
 * @param options.secrets the first signs; the others are on their way out
 */
export function createEventWebhook({
  url,
  secrets,
  ...options
}: { url: string; secrets: readonly Buffer[] } & Pick<HttpOptions, 'clock' | 'random' | 'onExchange'>): EventPort &
  AsyncDisposable {
  const [secret] = secrets
  if (secret === undefined) throw new RangeError('createEventWebhook needs a secret')
  const { origin, pathname, searchParams } = new URL(url)
  // Whatever stands in the URL may be a secret of the receiver's: errors show neither its path nor its query.
  const http = createHttp({
    ...options,
    baseUrl: `${origin}${pathname}`,
    headers: () => ({}),
    query: () => Object.fromEntries(searchParams),
    timeouts: { response: TIMEOUT_MS, request: TIMEOUT_MS },
  })
  const path = pathname.endsWith('/') ? '/' : ''

  return {
    async tell({ id, type, at, data }, { signal } = {}) {
      const body = { type, timestamp: new Date(at).toISOString(), data }
      const headers = signedHeaders(secret, { id, nowMs: options.clock.now(), body: JSON.stringify(body) })
      await http.act('POST', path, body, z.unknown(), {
        repeatable: true,
        byStatus: true,
        headers,
        ...(signal === undefined ? {} : { signal }),
      })
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}
