import type { HttpOptions } from './http.ts'
import type { EventPort } from './receiver-ports.ts'
import { createReceiverHttp } from './receiver-url.ts'
import { signedHeaders } from './standard-signature.ts'

/** Room for an own endpoint that writes to a database; far below what may hold up a worker's place for long. */
const TIMEOUT_MS = 15_000

/**
 * Tells our own events to one URL as Standard Webhooks.
 * @param options.secrets the first signs; the others are on their way out
 */
export function createEventWebhook({
  secrets: [secret],
  ...options
}: { url: string; secrets: readonly Buffer[] } & Pick<HttpOptions, 'clock' | 'random' | 'onExchange'>): EventPort &
  AsyncDisposable {
  if (secret === undefined) throw new RangeError('createEventWebhook needs a secret')
  const receiver = createReceiverHttp({ ...options, timeoutMs: TIMEOUT_MS })
  return {
    async tell({ id, type, at, data }, { signal } = {}) {
      const body = { type, timestamp: new Date(at).toISOString(), data }
      const headers = signedHeaders(secret, { id, nowMs: options.clock.now(), body: JSON.stringify(body) })
      await receiver.post(body, { headers, signal })
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}
