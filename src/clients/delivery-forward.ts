import type { HttpOptions } from './http.ts'
import type { ForwardPort } from './receiver-ports.ts'
import { createReceiverHttp } from './receiver-url.ts'

/** An agent that thinks before it answers; what takes longer is tried again. */
const TIMEOUT_MS = 20_000

/** Passes deliveries on to one URL, byte for byte. */
export function createDeliveryForward(
  options: { url: string } & Pick<HttpOptions, 'clock' | 'random' | 'onExchange'>,
): ForwardPort & AsyncDisposable {
  const receiver = createReceiverHttp({ ...options, timeoutMs: TIMEOUT_MS })
  return {
    async forward({ name, contentType, raw }, { signal } = {}) {
      const headers = { 'content-type': contentType, 'x-event-id': name }
      await receiver.post(raw, { headers, signal, isShared: true })
    },
    [Symbol.asyncDispose]: () => receiver[Symbol.asyncDispose](),
  }
}
