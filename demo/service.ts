import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { createServer } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const USUAL_PORT = 3000
/** A stop that takes longer than this is forced by the service itself, and a little later by us. */
const STOP_SECONDS = 8
const FORCE_MS = (STOP_SECONDS + 2) * 1000

export interface Service extends AsyncDisposable {
  url: string
  /** Resolves when it ends without having been told to, with what is known about why. */
  failed: Promise<string>
}

export interface ServiceOptions {
  /** Working directory: the service reads no `.env` but one that lies here. */
  dir: string
  logPath: string
  settings: Readonly<Record<string, string>>
}

interface LogLine {
  msg?: string
  pid?: number
  port?: number
  fault?: string
  err?: { message?: string }
}

/**
 * Starts the service as anybody would, as a process of its own with nothing of our environment: whatever vendor keys
 * are set there, the demo never touches them.
 * @throws with the reasons when it does not start
 */
export async function startService({ dir, logPath, settings }: ServiceOptions): Promise<Service> {
  const { PATH = '', HOME = '', TMPDIR } = process.env
  const env = { PATH, HOME, ...(TMPDIR === undefined ? {} : { TMPDIR }) }
  const child = spawn(process.execPath, [MAIN], {
    cwd: dir,
    env: { ...env, ...settings, PORT: await freePort(), SHUTDOWN_TIMEOUT: `PT${STOP_SECONDS}S` },
    // A session of its own: a Ctrl-C reaches us alone, and we end it in order.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const endWithUs = () => child.kill('SIGTERM')
  process.once('exit', endWithUs)
  const gone = once(child, 'exit').finally(() => process.off('exit', endWithUs))

  const log = createWriteStream(logPath)
  child.stderr.pipe(log, { end: false })
  const started = Promise.withResolvers<number>()
  const faults: string[] = []
  let port = 0
  let redisPid: number | undefined
  const lines = createInterface(child.stdout).on('line', text => {
    log.write(`${text}\n`)
    const line = parseLine(text)
    if (line.msg === 'http.listening') port = line.port ?? 0
    if (line.msg === 'app.started') started.resolve(port)
    if (line.msg === 'redis.started' || line.msg === 'redis.restarted') redisPid = line.pid
    if (line.msg === 'redis.stopped') redisPid = undefined
    if (line.msg === 'config.refused' && line.fault !== undefined) faults.push(line.fault)
  })
  const ended = Promise.all([gone, once(lines, 'close')]).then(([[code, signal]]) => {
    log.end()
    return faults.length > 0 ? faults.join('\n') : `it ended with ${signal ?? `exit code ${code}`}; see ${logPath}`
  })
  ended.then(why => started.reject(new Error(`the service did not start: ${why}`)))

  const bound = await started.promise
  const failed = Promise.withResolvers<string>()
  let stopping = false
  ended.then(why => {
    if (!stopping) failed.resolve(`the service failed: ${why}`)
  })
  return {
    url: `http://127.0.0.1:${bound}`,
    failed: failed.promise,
    async [Symbol.asyncDispose]() {
      stopping = true
      await stop(child, gone)
      await ended
      // The service ends its Redis itself, unless it was ended by force. What is in it goes with it.
      if (redisPid !== undefined) endProcess(redisPid)
    },
  }
}

async function stop(child: ChildProcess, gone: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM')
  const waiting = new AbortController()
  const tooLong = pause(FORCE_MS, undefined, { signal: waiting.signal }).then(
    () => child.kill('SIGKILL'),
    () => {},
  )
  await Promise.race([gone, tooLong])
  waiting.abort()
  await gone
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone.
  }
}

function parseLine(text: string): LogLine {
  try {
    return JSON.parse(text) as LogLine
  } catch {
    return {}
  }
}

/** The usual port, or `0` for any when somebody has it. */
async function freePort(): Promise<string> {
  const server = createServer()
  const { promise, resolve } = Promise.withResolvers<string>()
  server.once('error', () => resolve('0'))
  server.listen(USUAL_PORT, '127.0.0.1', () => resolve(String(USUAL_PORT)))
  const port = await promise
  if (server.listening) {
    server.close()
    await once(server, 'close')
  }
  return port
}
