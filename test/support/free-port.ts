import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the range from which outgoing connections and `listen(0)` take theirs: what is free now is still free when a server
 * that was killed comes back.
 */
const RANGE = { from: 10_000, to: 30_000 }

/** A port of 127.0.0.1 on which nobody listens. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from))
    const server = createServer()
    const { promise, resolve } = Promise.withResolvers<boolean>()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
    if (!(await promise)) continue
    server.close()
    await once(server, 'close')
    return port
  }
}
