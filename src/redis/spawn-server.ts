import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ConfigError } from '../errors.ts'
import { type ExitReason, explainExit } from './exit-reason.ts'
import { serverPrograms } from './installed-server.ts'
import { askServer } from './server-probe.ts'
import { type PrivateServer, pidFile, type ServerPlace } from './server-process.ts'

/** How long a started server may take until it answers anything; that it still loads its data is an answer. */
const FIRST_ANSWER_TIMEOUT_MS = 15_000
const START_POLL_MS = 5
const LOG_MAX_BYTES = 10_000_000

/** Every write is on disk before it is acknowledged, nothing is evicted, nothing listens on the network. */
function serverOptions({ dir, socketPath }: ServerPlace): Record<string, string> {
  return {
    port: '0',
    unixsocket: socketPath,
    unixsocketperm: '700',
    dir,
    pidfile: pidFile(dir),
    daemonize: 'no',
    databases: '1',
    appendonly: 'yes',
    appendfsync: 'always',
    'no-appendfsync-on-rewrite': 'no',
    'aof-load-truncated': 'yes',
    'aof-use-rdb-preamble': 'yes',
    'auto-aof-rewrite-percentage': '100',
    'auto-aof-rewrite-min-size': '64mb',
    save: '',
    maxmemory: '0',
    'maxmemory-policy': 'noeviction',
  }
}

/**
 * Starts a server and waits until it has loaded its data. It has its own session, so that a Ctrl-C on our terminal does
 * not reach it, and it outlives us; what it prints goes to `redis.log` in its directory.
 * @param signal gives up and ends the server
 * @throws ConfigError saying why it did not start, and the mend
 */
export async function spawnServer(place: ServerPlace, signal: AbortSignal): Promise<PrivateServer> {
  const logPath = join(place.dir, 'redis.log')
  const log = await openLog(logPath)
  let logStart: number
  let child: ChildProcess | undefined
  try {
    logStart = (await log.stat()).size
    child = await launch(place, log)
  } finally {
    await log.close()
  }
  const { pid } = child
  if (pid === undefined) throw new Error('a spawned process has an id')

  let reason: ExitReason | undefined
  const ended = new Promise<ExitReason>(resolve => {
    child.once('exit', (code, by) => resolve(explainExit(logPath, logStart, { code, signal: by })))
  }).then(why => {
    reason = why
    return why
  })
  const kill = async () => {
    child.kill('SIGKILL')
    await ended
  }

  const deadline = { at: performance.now() + FIRST_ANSWER_TIMEOUT_MS }
  while (reason === undefined && !signal.aborted && performance.now() < deadline.at) {
    const facts = await askServer(place.socketPath)
    if (typeof facts === 'object' && facts.pid === pid) {
      if (!facts.isLoading) return { pid, gone: ended.then(({ why }) => why), kill }
      deadline.at = performance.now() + FIRST_ANSWER_TIMEOUT_MS
    }
    await pause(START_POLL_MS)
  }
  const noAnswer = { why: `no answer in ${FIRST_ANSWER_TIMEOUT_MS} ms`, mend: `See ${logPath}` }
  const { why, mend } = reason ?? noAnswer
  await kill()
  throw new ConfigError([`DATA_DIR: the private Redis in ${place.dir} did not start: ${why}. ${mend}`])
}

async function openLog(path: string): Promise<FileHandle> {
  const size = await stat(path).then(
    stats => stats.size,
    () => 0,
  )
  return open(path, size > LOG_MAX_BYTES ? 'w' : 'a')
}

/** @throws ConfigError when there is no server to be started */
async function launch(place: ServerPlace, log: FileHandle): Promise<ChildProcess> {
  const args = Object.entries(serverOptions(place)).flatMap(([name, value]) => [`--${name}`, value])
  for (const program of serverPrograms) {
    const child = spawn(program, args, { cwd: place.dir, detached: true, stdio: ['ignore', log.fd, log.fd] })
    try {
      await once(child, 'spawn')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue
      throw new ConfigError([`${program} cannot be started: ${error}`])
    }
    child.unref()
    // Killing what is gone already emits one.
    child.on('error', () => {})
    return child
  }
  throw new ConfigError([
    'no redis-server or valkey-server on the PATH: run ./setup to install one, or set REDIS_URL to use one that runs',
  ])
}
