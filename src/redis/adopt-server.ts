import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'
import { askServer, untilUnreachable } from './server-probe.ts'
import { endServerProcess, type PrivateServer, type ServerPlace } from './server-process.ts'

/** A hung server is asked once more to end by itself, then killed. */
const HUNG_TERM_TIMEOUT_MS = 1000
const LOADING_POLL_MS = 20

/**
 * Takes over a server that an earlier service left running in this place, once it has loaded its data. One that does
 * not answer is ended: with every write on disk that loses nothing.
 * @returns `undefined` when there is none (any more)
 * @throws ConfigError when what is on the socket is not ours and stays there
 */
export async function adoptServer(place: ServerPlace): Promise<PrivateServer | undefined> {
  let facts = await askServer(place.socketPath)
  while (typeof facts === 'object' && facts.isLoading) {
    await pause(LOADING_POLL_MS)
    facts = await askServer(place.socketPath)
  }
  if (typeof facts === 'object') {
    const { pid, dir } = facts
    if (dir !== place.dir) {
      throw new ConfigError([
        `DATA_DIR: the Redis that answers on ${place.socketPath} works in ${dir}: end it, or set another DATA_DIR`,
      ])
    }
    return {
      pid,
      gone: untilUnreachable(place.socketPath).then(() => 'its connection closed'),
      kill: () => endServerProcess(place, 0, pid),
    }
  }
  await endServerProcess(place, HUNG_TERM_TIMEOUT_MS)
  if (facts === 'silent' && (await askServer(place.socketPath)) !== 'absent') {
    throw new ConfigError([`DATA_DIR: what is on ${place.socketPath} neither answers nor can be ended: end it`])
  }
  return undefined
}
