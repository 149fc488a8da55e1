import type { IncomingMessage } from 'node:http'

/** What reading a body came to. */
export type Body = { result: 'complete'; raw: Buffer } | { result: 'too_large' } | { result: 'cut_short' }

/**
 * Reads a body of up to `maxBytes`. A larger one is known as soon as its announced length or its first byte too many
 * says so. What follows is let pass and thrown away: a sender that is cut off while it sends may never see the answer.
 * How long that may go on is the server's request timeout.
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<Body> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    request.on('error', ignore).resume()
    return Promise.resolve({ result: 'too_large' })
  }
  const { promise, resolve } = Promise.withResolvers<Body>()
  const chunks: Buffer[] = []
  let length = 0
  request.on('data', (chunk: Buffer) => {
    length += chunk.length
    if (length <= maxBytes) {
      chunks.push(chunk)
    } else {
      chunks.length = 0
      resolve({ result: 'too_large' })
    }
  })
  request.once('end', () => resolve({ result: 'complete', raw: Buffer.concat(chunks) }))
  request.once('close', () => resolve({ result: 'cut_short' }))
  // A sender that resets the connection; `close` follows.
  request.on('error', ignore)
  return promise
}

function ignore(): void {}
