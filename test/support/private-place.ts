import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { producerConnection, type RedisClient, untilReady } from '../../src/redis/connect.ts'
import { type EmbeddedRedis, startEmbeddedRedis } from '../../src/redis/embedded.ts'

/** Another service on the same directory, in a process that can be killed. */
interface Owner {
  said: Record<string, unknown>
  kill9(): Promise<void>
  end(): Promise<number>
}

/** A directory of each test's own for private Redis servers, with what was started there. */
export interface PrivatePlace {
  readonly root: string
  /** Under the root; made by whoever needs it. */
  readonly dataDir: string
  /** What the services of this process logged. */
  readonly logged: { fields: Record<string, unknown>; message: string }[]
  readonly services: EmbeddedRedis[]
  /** Processes of other services. */
  readonly owners: ChildProcess[]
  /** @param dir the data directory unless it is another */
  start(dir?: string): Promise<EmbeddedRedis>
  connect(path: string): Promise<RedisClient>
  startOwner(): Promise<Owner>
}

/** To be called once by a file of tests: makes the place before each of them, and leaves nothing of it behind. */
export function privatePlace(): PrivatePlace {
  let root = ''
  const dataDir = () => join(root, 'data')
  const logged: PrivatePlace['logged'] = []
  const services: EmbeddedRedis[] = []
  const clients: RedisClient[] = []
  const owners: ChildProcess[] = []

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'aftercall-embedded-'))
  })

  afterEach(async () => {
    for (const client of clients.splice(0)) client.disconnect()
    for (const owner of owners.splice(0)) owner.kill('SIGKILL')
    for (const service of services.splice(0)) await service.stop()
    // Whatever a failed test has left running.
    for (const pid of await serversUnder(root)) process.kill(pid, 'SIGKILL')
    await rm(root, { recursive: true, force: true })
    logged.splice(0)
  })

  return {
    get root() {
      return root
    },
    get dataDir() {
      return dataDir()
    },
    logged,
    services,
    owners,
    async start(dir = dataDir()) {
      const note = (fields: object, message: string) => void logged.push({ fields: { ...fields }, message })
      const logger = { info: note, warn: note, error: note }
      const service = await startEmbeddedRedis({ dataDir: dir, logger, clock: systemClock })
      services.push(service)
      return service
    },
    async connect(path) {
      const client = producerConnection({ kind: 'socket', path })
      clients.push(client)
      await untilReady(client, 2000)
      return client
    },
    async startOwner() {
      const script = join(import.meta.dirname, 'embedded-owner.ts')
      const owner = spawn(process.execPath, [script, dataDir()], { stdio: ['ignore', 'pipe', 'inherit'] })
      owners.push(owner)
      const [line] = await once(createInterface(owner.stdout), 'line')
      const end = async (signal: NodeJS.Signals) => {
        const gone = once(owner, 'exit')
        owner.kill(signal)
        return (await gone)[0] as number
      }
      return { said: JSON.parse(line), kill9: async () => void (await end('SIGKILL')), end: () => end('SIGTERM') }
    },
  }
}

export async function pidOf(client: RedisClient): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
}

/** Processes that work under a directory. */
export async function serversUnder(dir: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc').catch(() => [])) {
    const status = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '') : ''
    if (status.includes(dir) && /redis|valkey/.test(status)) found.push(Number(name))
  }
  return found
}
