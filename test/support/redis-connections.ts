import { subscribe } from 'node:diagnostics_channel'
import type { Socket } from 'node:net'
import { eventually } from './eventually.ts'

/** Where a connection of a Redis client comes from, judged by who makes it. */
const CLIENT = /[\\/]node_modules[\\/]ioredis[\\/]/

/** Closing a connection takes a turn or two; one that is still open after this long was forgotten. */
const CLOSE_TIMEOUT_MS = 3_000

const open = new Set<Socket>()
let isWatching = false

/**
 * Counts from now on every connection that a Redis client of this process makes, whatever Redis it goes to. A BullMQ
 * worker or queue shows by the connection that it holds.
 */
export function watchRedisConnections(): void {
  // Files that share a process each ask for it.
  if (isWatching) return
  isWatching = true
  subscribe('net.client.socket', message => {
    const { socket } = message as { socket: Socket }
    if (!CLIENT.test(new Error('who connects').stack ?? '')) return
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
}

export function countRedisConnections(): number {
  return open.size
}

/**
 * Waits until no more connections are open than allowed. It counts and does not compare: a client that was there before
 * may have connected anew.
 * @throws when more stay open
 */
export async function noMoreThan(allowed: number, timeoutMs = CLOSE_TIMEOUT_MS): Promise<void> {
  try {
    await eventually(() => open.size <= allowed, { timeoutMs })
  } catch {
    const to = [...open].map(({ remotePort }) => (remotePort === undefined ? 'a unix socket' : `port ${remotePort}`))
    throw new Error(
      `${open.size - allowed} connections to Redis are left open: a worker, queue, client or service was not closed. Open now: ${to.join(', ')}`,
    )
  }
}
