import type { HttpOptions } from './http.ts'
import type { AlertPort } from './receiver-ports.ts'
import { createReceiverHttp } from './receiver-url.ts'
import { signedHeaders } from './standard-signature.ts'

/** Room for a relay that passes it on to a pager; below what lies between two looks. */
const TIMEOUT_MS = 10_000

/**
 * Tells alerts to one URL, signed as Standard Webhooks where there is a secret.
 * @param options.secrets the first signs; the others are on their way out
 */
export function createAlertWebhook({
  secrets: [secret],
  ...options
}: { url: string; secrets: readonly Buffer[] } & Pick<HttpOptions, 'clock' | 'random'>): AlertPort & AsyncDisposable {
  const receiver = createReceiverHttp({ ...options, timeoutMs: TIMEOUT_MS })
  return {
    async tell({ id, ...news }, { signal } = {}) {
      const headers = signedHeaders(secret, { id, nowMs: options.clock.now(), body: JSON.stringify(news) })
      await receiver.post(news, { headers, signal })
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}
