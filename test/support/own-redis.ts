import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'

/** What aftercall asks of a Redis; a test that wants an unsafe one overrides a line. */
const SAFE_SETTINGS = {
  appendonly: 'yes',
  appendfsync: 'always',
  'maxmemory-policy': 'noeviction',
  save: '',
}

/** A Redis of a test's own, to be killed, stopped, frozen and started again on the same port and directory. */
export interface OwnRedis extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly dir: string
  /** Process id of the running server; throws while it is down. */
  readonly pid: number
  /** Starts it again after `kill9()` or `stop()`; resolves when it answers. */
  start(): Promise<void>
  /** SIGKILL, as the kernel's OOM killer would; resolves when the process is gone. */
  kill9(): Promise<void>
  /** A clean shutdown; resolves when the process is gone. */
  stop(): Promise<void>
  /** SIGSTOP: connections stay open and nothing answers. */
  freeze(): void
  thaw(): void
}

const running = new Set<ChildProcess>()
// A test run that is cut short must not leave servers behind.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/**
 * Starts a `redis-server` or `valkey-server` from the PATH.
 * @param settings lines of redis.conf over the safe ones, by what they begin with; with `sentinel …` lines it is a Sentinel
 * @param triesLeft with another port, should this one be taken
 * @throws with the mend when there is none on the PATH
 */
export async function startOwnRedis(settings: Record<string, string> = {}, triesLeft = 3): Promise<OwnRedis> {
  const dir = await mkdtemp(join(tmpdir(), 'aftercall-redis-'))
  const port = await freePort()
  let child: ChildProcess | undefined

  const end = async (signal: NodeJS.Signals) => {
    const ending = child
    if (ending === undefined) return
    child = undefined
    running.delete(ending)
    const gone = once(ending, 'exit')
    ending.kill(signal)
    // A frozen process takes SIGTERM only once it runs again.
    if (signal !== 'SIGKILL') ending.kill('SIGCONT')
    await gone
  }
  const redis: OwnRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    dir,
    get pid() {
      if (child?.pid === undefined) throw new Error('this Redis is down')
      return child.pid
    },
    async start() {
      child ??= await launch(dir, port, { ...SAFE_SETTINGS, ...settings })
      running.add(child)
    },
    kill9: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    freeze: () => void process.kill(redis.pid, 'SIGSTOP'),
    thaw: () => void process.kill(redis.pid, 'SIGCONT'),
    async [Symbol.asyncDispose]() {
      await end('SIGKILL')
      await rm(dir, { recursive: true, force: true })
    },
  }
  try {
    await redis.start()
  } catch (error) {
    await redis[Symbol.asyncDispose]()
    // A cluster's second port, ten thousand further on, cannot be asked for beforehand.
    const isTaken = error instanceof Error && error.message.includes('Address already in use')
    if (isTaken && triesLeft > 0) return startOwnRedis(settings, triesLeft - 1)
    throw error
  }
  return redis
}

async function launch(dir: string, port: number, settings: Record<string, string>): Promise<ChildProcess> {
  const logfile = join(dir, 'redis.log')
  const options = { port: String(port), bind: '127.0.0.1', dir, logfile, daemonize: 'no', ...settings }
  const config = join(dir, 'redis.conf')
  await writeFile(
    config,
    Object.entries(options).map(([name, value]) => `${name} ${value || '""'}\n`),
  )
  for (const program of ['redis-server', 'valkey-server']) {
    const isSentinel = Object.keys(settings).some(name => name.startsWith('sentinel '))
    const child = spawn(program, isSentinel ? [config, '--sentinel'] : [config], { stdio: 'ignore' })
    const started = await once(child, 'spawn').then(
      () => true,
      () => false,
    )
    if (!started) continue
    try {
      await eventually(
        async () => {
          if (child.exitCode !== null || child.signalCode !== null) return 'ended'
          return isReady(port)
        },
        { everyMs: 5 },
      )
      if (child.exitCode === null && child.signalCode === null) return child
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
    throw new Error(`${program} ended at start: ${await readFile(logfile, 'utf8').catch(() => 'it left no log')}`)
  }
  throw new Error('no redis-server or valkey-server on the PATH: run ./setup test')
}

/** Whether it answers PONG; not while it still loads. */
function isReady(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'))
  socket.setTimeout(1000, () => resolve(false))
  socket.once('error', () => resolve(false))
  socket.once('close', () => resolve(false))
  socket.once('data', data => resolve(data.toString().startsWith('+PONG')))
  return promise.finally(() => socket.destroy())
}
