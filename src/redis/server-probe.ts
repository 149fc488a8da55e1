import type { Redis } from 'ioredis'
import { probeConnection } from './connect.ts'

/** What a private server says of itself. */
export interface ServerFacts {
  pid: number
  /** Its working directory, as the kernel names it. */
  dir: string
  isLoading: boolean
}

/** How long a server may leave a question unanswered before it counts as hung. */
const ANSWER_TIMEOUT_MS = 2000

/** Asks the server on a socket: `absent` when nobody listens there, `silent` when nobody answers. */
export async function askServer(socketPath: string): Promise<ServerFacts | 'absent' | 'silent'> {
  const probe = probeConnection(socketPath, ANSWER_TIMEOUT_MS)
  let isAbsent = false
  probe.on('error', (error: NodeJS.ErrnoException) => {
    isAbsent ||= error.code === 'ENOENT' || error.code === 'ECONNREFUSED' || error.code === 'ENOTSOCK'
  })
  try {
    await probe.connect()
    const [info, dir] = await Promise.all([probe.info(), probe.config('GET', 'dir')])
    const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1] ?? ''
    return {
      pid: Number(fact('process_id')),
      dir: Array.isArray(dir) ? String(dir[1]) : '',
      isLoading: fact('loading') === '1',
    }
  } catch {
    return isAbsent ? 'absent' : 'silent'
  } finally {
    close(probe)
  }
}

/** Asks the server on a socket to write everything and end. Its end is not waited for. */
export async function askToShutDown(socketPath: string): Promise<void> {
  const probe = probeConnection(socketPath, ANSWER_TIMEOUT_MS)
  try {
    await probe.connect()
    // The answer to a SHUTDOWN that works is a closed connection.
    await probe.call('SHUTDOWN').catch(() => {})
  } catch {
    // Away already, or hung: whoever waits for its end finds out.
  } finally {
    close(probe)
  }
}

/**
 * Holds a connection to a server that is no child of ours; the end of the connection is the server's end, unless it
 * still answers.
 */
export async function untilUnreachable(socketPath: string): Promise<void> {
  do {
    const held = probeConnection(socketPath, ANSWER_TIMEOUT_MS)
    const closed = new Promise(resolve => held.once('end', resolve))
    await held.connect().catch(() => {})
    // Watching must not keep the process alive.
    held.stream?.unref()
    await closed
  } while ((await askServer(socketPath)) !== 'absent')
}

function close(probe: Redis): void {
  // Disconnecting what is closed leaves a timer behind that holds the process for seconds.
  if (probe.status !== 'end') probe.disconnect()
}
