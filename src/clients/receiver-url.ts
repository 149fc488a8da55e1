import { z } from 'zod'
import { createHttp, type HttpOptions } from './http.ts'

/** A URL of somebody who is told things. */
export interface Receiver extends AsyncDisposable {
  /** Any 2xx is taken for received, whatever its body; told twice it is the same. */
  post(body: unknown, options: PostOptions): Promise<void>
}

interface PostOptions {
  headers: Readonly<Record<string, string>>
  signal?: AbortSignal | undefined
  /** The body is about several people: it goes along with no error. */
  isShared?: boolean
}

/**
 * Whatever stands in the URL may be a secret of the receiver's: errors show neither its path nor its query.
 * @param options.timeoutMs for an answer, and for the request as a whole
 */
export function createReceiverHttp({
  url,
  timeoutMs,
  ...options
}: { url: string; timeoutMs: number } & Pick<HttpOptions, 'clock' | 'random' | 'onExchange'>): Receiver {
  const { origin, pathname, searchParams } = new URL(url)
  const http = createHttp({
    ...options,
    baseUrl: `${origin}${pathname}`,
    headers: () => ({}),
    query: () => Object.fromEntries(searchParams),
    timeouts: { response: timeoutMs, request: timeoutMs },
  })
  const path = pathname.endsWith('/') ? '/' : ''

  return {
    async post(body, { headers, signal, isShared = false }) {
      await http.act('POST', path, body, z.unknown(), {
        ...{ repeatable: true, byStatus: true, isShared, headers },
        ...(signal === undefined ? {} : { signal }),
      })
    },
    [Symbol.asyncDispose]: () => http.close(),
  }
}
