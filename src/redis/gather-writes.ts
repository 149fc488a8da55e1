import type { Redis } from 'ioredis'

/**
 * Commands that are sent in one round of the event loop leave in one piece: one system call in place of one for each,
 * and what the server reads at once (16 kB) it syncs to its file at once. None waits longer than the round lasts.
 */
export function gatherWrites(client: Redis): void {
  client.on('connect', () => {
    const { stream } = client
    const { write } = stream
    let isGathering = false
    const send = () => {
      isGathering = false
      stream.uncork()
    }
    stream.write = (...parts: unknown[]) => {
      if (!isGathering) {
        isGathering = true
        stream.cork()
        setImmediate(send)
      }
      return Reflect.apply(write, stream, parts)
    }
  })
}
