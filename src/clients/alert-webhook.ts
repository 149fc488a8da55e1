import { z } from 'zod'
import { createHttp, type HttpOptions } from './http.ts'
import type { AlertPort } from './receiver-ports.ts'
import { signedHeaders } from './standard-signature.ts'

/** Room for a relay that passes it on to a pager; below what lies between two looks. */
const TIMEOUT_MS = 10_000

/**
 * Tells alerts to one URL, signed as Standard Webhooks where there is a secret. Any 2xx is taken for received, whatever
 * its body.
 * @param options.secrets the first signs; the others are on their way out
 */
export function createAlertWebhook({
  url,
  secrets: [secret],
  ...options
}: { url: string; secrets: readonly Buffer[] } & Pick<HttpOptions, 'clock' | 'random'>): AlertPort & AsyncDisposable {
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
    async tell({ id, ...news }, { signal } = {}) {
      const headers = signedHeaders(secret, { id, nowMs: options.clock.now(), body: JSON.stringify(news) })
      await http.act('POST', path, news, z.unknown(), {
        repeatable: true,
        byStatus: true,
        headers,
        ...(signal === undefined ? {} : { signal }),
      })
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}
