import type { IncomingMessage } from 'node:http'
import { allowLongBody } from './server.ts'

/** A request's body that is read as slowly as it can be written down. */
export interface LongBody {
  chunks: AsyncIterable<Buffer>
  /**
   * Takes in what is left of a body that nobody wants any more, and forgets it; to be waited for before the answer,
   * after which nothing is read. Resolves at the end of the body, or when the sender has gone.
   */
  drain(): Promise<void>
}

/** A sender that sends nothing for this long has gone. */
const SILENCE_MS = 60_000

/** Nobody waits for the end of more than this: then the connection is cut. */
const MAX_DRAINED_BYTES = 2_000_000_000

export function readLongBody(request: IncomingMessage): LongBody {
  allowLongBody(request)
  // A refused list leaves the connection open for the answer.
  const chunks: AsyncIterator<Buffer> = request.iterator({ destroyOnReturn: false })

  /** Only a sender who is waited for can be too slow. */
  async function next(): Promise<IteratorResult<Buffer>> {
    const timer = setTimeout(() => request.destroy(new Error('the sender fell silent')), SILENCE_MS)
    return chunks.next().finally(() => clearTimeout(timer))
  }

  async function* read(): AsyncGenerator<Buffer> {
    for (let found = await next(); !found.done; found = await next()) {
      yield found.value
      // Chunks that are there already would follow without a pause, and nobody else would be answered.
      await new Promise<void>(resolve => setImmediate(resolve))
    }
  }

  async function forgetRest(): Promise<void> {
    let drained = 0
    for (let found = await next(); !found.done; found = await next()) {
      drained += found.value.length
      if (drained > MAX_DRAINED_BYTES) request.destroy(new Error('too much was sent after the answer was clear'))
    }
  }

  return { chunks: read(), drain: () => forgetRest().catch(() => {}) }
}
