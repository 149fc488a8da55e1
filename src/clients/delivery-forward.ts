import { z } from 'zod'
import { createHttp, type HttpOptions } from './http.ts'
import type { ForwardPort } from './receiver-ports.ts'

/** An agent that thinks before it answers; what takes longer is tried again. */
const TIMEOUT_MS = 20_000

/** Passes deliveries on to one URL, byte for byte. Any 2xx is taken for received, whatever its body. */
export function createDeliveryForward({
  url,
  ...options
}: { url: string } & Pick<HttpOptions, 'clock' | 'random' | 'onExchange'>): ForwardPort & AsyncDisposable {
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
    async forward({ name, contentType, raw }, { signal } = {}) {
      await http.act('POST', path, raw, z.unknown(), {
        repeatable: true,
        byStatus: true,
        isShared: true,
        headers: { 'content-type': contentType, 'x-event-id': name },
        ...(signal === undefined ? {} : { signal }),
      })
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}
