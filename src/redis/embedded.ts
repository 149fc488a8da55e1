import { access, constants, mkdir, realpath, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Clock } from '../clock.ts'
import { ConfigError, describeError } from '../errors.ts'
import { adoptServer } from './adopt-server.ts'
import { lockDataDir } from './data-dir-lock.ts'
import { askServer, askToShutDown } from './server-probe.ts'
import { endServerProcess, type PrivateServer, type ServerPlace } from './server-process.ts'
import { socketDirectory } from './socket-directory.ts'
import { spawnServer } from './spawn-server.ts'

/** The private Redis of a service that was given no other. */
export interface EmbeddedRedis extends AsyncDisposable {
  socketPath: string
  /** Found running, left by a service that was killed, rather than started. */
  adopted: boolean
  /** Ends it with everything on disk. To be called when nobody needs it any more. */
  stop(): Promise<void>
}

/** As much of a logger as is needed here. */
type Log = Record<'info' | 'warn' | 'error', (fields: object, message: string) => void>

export interface EmbeddedRedisOptions {
  dataDir: string
  logger: Log
  clock: Clock
}

/** A clean shutdown takes milliseconds; this is for a disk that hangs. */
const SHUTDOWN_TIMEOUT_MS = 5000
const RESTART_MAX_MS = 5000
/** A server that ran this long did not die of what it was started with, and is started again at once. */
const STEADY_MS = 30_000

/**
 * Runs a `redis-server` or `valkey-server` from the PATH in `<dataDir>/redis`, reached by a unix socket only, with every
 * write on disk before it is acknowledged. One service per directory; a server that a killed service left running is
 * taken over; one that dies is started again for as long as this runs. The directory must be on a disk of this machine.
 * @throws ConfigError with the mend: no server on the PATH, directory taken, unwritable or full, data unreadable
 */
export async function startEmbeddedRedis({ dataDir, logger, clock }: EmbeddedRedisOptions): Promise<EmbeddedRedis> {
  const dir = await prepareDirectory(join(resolve(dataDir), 'redis'))
  const sockets = await socketDirectory(dir)
  const place: ServerPlace = { dir, socketPath: join(sockets, 'redis.sock') }
  const lock = await lockDataDir(sockets, resolve(dataDir))
  const stopping = new AbortController()
  let server: PrivateServer
  let adopted: boolean
  try {
    const found = await adoptServer(place)
    adopted = found !== undefined
    server = found ?? (await spawnServer(place, stopping.signal))
  } catch (error) {
    await lock.release()
    throw error
  }
  logger.info({ pid: server.pid, adopted }, 'redis.started')

  const ended = keepRunning(place, server, stopping.signal, { logger, clock })
  const stop = async () => {
    stopping.abort()
    await ended
    await lock.release()
  }
  let stopped: Promise<void> | undefined
  const stopOnce = () => {
    stopped ??= stop()
    return stopped
  }
  return { socketPath: place.socketPath, adopted, stop: stopOnce, [Symbol.asyncDispose]: stopOnce }
}

/** Starts the server again whenever it dies, until `stopping`; then ends it. */
async function keepRunning(
  place: ServerPlace,
  first: PrivateServer,
  stopping: AbortSignal,
  { logger, clock }: Pick<EmbeddedRedisOptions, 'logger' | 'clock'>,
): Promise<void> {
  const stop = new Promise<undefined>(done => stopping.addEventListener('abort', () => done(undefined), { once: true }))
  let server: PrivateServer | undefined = first
  let startedAt = clock.now()
  let failures = 0
  while (server !== undefined) {
    const why = await Promise.race([server.gone, stop])
    if (why === undefined) break
    const goneAt = clock.now()
    failures = goneAt - startedAt >= STEADY_MS ? 0 : failures + 1
    server = undefined
    while (server === undefined && !stopping.aborted) {
      // The first time at once: a service without its Redis turns events away.
      await pause(failures <= 1 ? 0 : Math.min(100 * 2 ** (failures - 2), RESTART_MAX_MS), undefined, {
        signal: stopping,
      }).catch(() => {})
      if (stopping.aborted) break
      try {
        // A link in a temporary directory may have been swept away since.
        await socketDirectory(place.dir)
        server = (await adoptServer(place)) ?? (await spawnServer(place, stopping))
        startedAt = clock.now()
        logger.warn({ why, pid: server.pid, downMs: startedAt - goneAt }, 'redis.restarted')
      } catch (error) {
        failures += 1
        if (!stopping.aborted) logger.error({ why, error: describeError(error) }, 'redis.restart_failed')
      }
    }
  }
  if (server !== undefined) await endServer(place, server, logger)
  await rm(place.socketPath, { force: true })
}

async function endServer(place: ServerPlace, server: PrivateServer, logger: Log) {
  const waiting = new AbortController()
  const tooLong = pause(SHUTDOWN_TIMEOUT_MS, 'too long' as const, { signal: waiting.signal }).catch(() => undefined)
  await askToShutDown(place.socketPath)
  const isHung = (await Promise.race([server.gone, tooLong])) === 'too long'
  waiting.abort()
  if (isHung) await server.kill()
  // An adopted server's connection closes a moment before its process ends.
  await endServerProcess(place, SHUTDOWN_TIMEOUT_MS, server.pid)
  const isLeft = (await askServer(place.socketPath)) !== 'absent'
  if (isLeft) logger.error({ pid: server.pid }, 'redis.stop_failed')
  else logger.info({ pid: server.pid, killed: isHung }, 'redis.stopped')
}

/**
 * Makes sure that the directory is there and can be written to.
 * @returns its real path, which is what the server will call it
 * @throws ConfigError with the mend
 */
async function prepareDirectory(dir: string): Promise<string> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    await access(dir, constants.R_OK | constants.W_OK | constants.X_OK)
    // Permissions do not tell that a disk is full.
    const probe = join(dir, 'write-check')
    await writeFile(probe, Buffer.alloc(65_536)).finally(() => rm(probe, { force: true }))
    return await realpath(dir)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const isFull = code === 'ENOSPC' || code === 'EDQUOT'
    const mend = isFull ? 'free some disk space' : 'let this user write there, set another DATA_DIR, or set REDIS_URL'
    throw new ConfigError([`DATA_DIR: ${dir} cannot be written (${describeError(error).message}): ${mend}`])
  }
}
