import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { ConfigError } from '../../../src/errors.ts'
import { probeConnection, producerConnection, type RedisClient, untilReady } from '../../../src/redis/connect.ts'
import { type EmbeddedRedis, startEmbeddedRedis } from '../../../src/redis/embedded.ts'
import { checkRedisSafety } from '../../../src/redis/safety.ts'
import { eventually } from '../../support/eventually.ts'

let dataDir: string
let root: string
const logged: { fields: Record<string, unknown>; message: string }[] = []
const services: EmbeddedRedis[] = []
const clients: RedisClient[] = []
const owners: ChildProcess[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'aftercall-embedded-'))
  dataDir = join(root, 'data')
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

async function start(dir = dataDir): Promise<EmbeddedRedis> {
  const note = (fields: object, message: string) => void logged.push({ fields: { ...fields }, message })
  const logger = { info: note, warn: note, error: note }
  const service = await startEmbeddedRedis({ dataDir: dir, logger, clock: systemClock })
  services.push(service)
  return service
}

async function connect(path: string): Promise<RedisClient> {
  const client = producerConnection({ kind: 'socket', path })
  clients.push(client)
  await untilReady(client, 2000)
  return client
}

async function pidOf(client: RedisClient): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await client.info('server'))?.[1])
}

/** Another service on the same directory, in a process that can be killed. */
async function startOwner(): Promise<{
  said: Record<string, unknown>
  kill9(): Promise<void>
  end(): Promise<number>
}> {
  const script = join(import.meta.dirname, '../../support/embedded-owner.ts')
  const owner = spawn(process.execPath, [script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] })
  owners.push(owner)
  const [line] = await once(createInterface(owner.stdout), 'line')
  const end = async (signal: NodeJS.Signals) => {
    const gone = once(owner, 'exit')
    owner.kill(signal)
    return (await gone)[0] as number
  }
  return { said: JSON.parse(line), kill9: async () => void (await end('SIGKILL')), end: () => end('SIGTERM') }
}

/** Processes that work under a directory. */
async function serversUnder(dir: string): Promise<number[]> {
  const found: number[] = []
  for (const name of await readdir('/proc').catch(() => [])) {
    const status = /^\d+$/.test(name) ? await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '') : ''
    if (status.includes(dir) && /redis|valkey/.test(status)) found.push(Number(name))
  }
  return found
}

describe('the private Redis', () => {
  test('is safe, private, and up in less than 300 ms', async () => {
    const startedAt = performance.now()
    const { socketPath, adopted } = await start()
    const startMs = performance.now() - startedAt
    const client = await connect(socketPath)
    expect(adopted).toBe(false)
    expect(await checkRedisSafety(client)).toEqual({ problems: [] })
    expect(await (client as Redis).config('GET', 'port')).toEqual(['port', '0'])
    expect((await stat(socketPath)).mode & 0o777).toBe(0o700)
    expect((await stat(join(dataDir, 'redis'))).mode & 0o077).toBe(0)
    expect(startMs).toBeLessThan(300)
  })

  test('stops with everything on disk, leaving no process and no socket', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('kept', 'yes')
    await first.stop()
    await first.stop()
    expect(await serversUnder(dataDir)).toEqual([])
    expect((await readdir(join(dataDir, 'redis'))).filter(name => /sock|lock|pid/.test(name))).toEqual([])

    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await (await connect(second.socketPath)).get('kept')).toBe('yes')
  })

  test('works where the path is too long for a socket', async () => {
    const long = join(root, 'd'.repeat(90), 'e'.repeat(40))
    const { socketPath } = await start(long)
    expect(Buffer.byteLength(socketPath)).toBeLessThanOrEqual(100)
    expect(await (await connect(socketPath)).ping()).toBe('PONG')
    // The socket itself stands in the data directory.
    expect(await readdir(join(long, 'redis'))).toContain('redis.sock')
    await expect(start(long)).rejects.toThrow('another aftercall')
    await services.pop()?.stop()
    // The private directory with the short name outlives the service; the tests' own is not needed again.
    await rm(dirname(dirname(socketPath)), { recursive: true })
  })

  test('works where the path has spaces, quotes and letters beyond ASCII', async () => {
    const { socketPath } = await start(join(root, `dé "pôt" d'ici`))
    expect(await (await connect(socketPath)).ping()).toBe('PONG')
  })

  test('is not reached by a Ctrl-C on our terminal', async () => {
    const { socketPath } = await start()
    const pid = await pidOf(await connect(socketPath))
    const fields = (await readFile(`/proc/${pid}/stat`, 'utf8')).split(') ')[1]?.split(' ')
    expect(Number(fields?.[2]), 'process group').toBe(pid)
    expect(Number(fields?.[3]), 'session').toBe(pid)
  })
})

describe('a private Redis that dies', () => {
  test('is started again with its data, and why is logged', async () => {
    const { socketPath } = await start()
    const client = await connect(socketPath)
    await client.set('kept', 'yes')
    process.kill(await pidOf(client), 'SIGKILL')
    const killedAt = performance.now()
    await eventually(async () => expect(await client.get('kept')).toBe('yes'))
    expect(performance.now() - killedAt).toBeLessThan(1500)
    await eventually(() => expect(logged.at(-1)?.message).toBe('redis.restarted'))
    expect(logged.at(-1)?.fields).toMatchObject({ why: 'ended by SIGKILL' })
  })

  test('again and again is started again each time, ever later', async () => {
    const { socketPath } = await start()
    const client = await connect(socketPath)
    for (let times = 1; times <= 3; times += 1) {
      process.kill(await eventually(() => pidOf(client)), 'SIGKILL')
      await eventually(() => logged.filter(line => line.message === 'redis.restarted').length === times)
    }
    const downMs = logged.flatMap(({ fields }) => (typeof fields['downMs'] === 'number' ? [fields['downMs']] : []))
    expect(downMs[2]).toBeGreaterThan(200)
    expect(downMs[2]).toBeLessThan(1000)
  })

  test('can be stopped while it is being started again', async () => {
    const service = await start()
    const client = await connect(service.socketPath)
    process.kill(await pidOf(client), 'SIGKILL')
    await eventually(() => client.status !== 'ready')
    await service.stop()
    expect(await serversUnder(dataDir)).toEqual([])
  })

  test('half-way through a write loads all that was acknowledged', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('kept', 'yes')
    await first.stop()
    const aofDir = join(dataDir, 'redis', 'appendonlydir')
    const name = (await readdir(aofDir)).find(file => file.endsWith('.incr.aof')) ?? ''
    const path = join(aofDir, name)
    const { size } = await stat(path)
    await writeFile(path, '*3\r\n$3\r\nSET\r\n$4\r\ntorn\r\n$100\r\nhal', { flag: 'a' })
    expect((await stat(path)).size).toBeGreaterThan(size)

    const client = await connect((await start()).socketPath)
    expect(await client.get('kept')).toBe('yes')
    expect(await client.exists('torn')).toBe(0)
  })
})

describe('after a kill -9 of the service', () => {
  test('its Redis is taken over, watched, and stopped like our own', async () => {
    const owner = await startOwner()
    const before = await connect(String(owner.said['socketPath']))
    await before.set('kept', 'yes')
    const pid = await pidOf(before)
    await owner.kill9()
    expect(await before.get('kept'), 'the server outlives its service').toBe('yes')

    const service = await start()
    expect(service.adopted).toBe(true)
    const client = await connect(service.socketPath)
    expect(await pidOf(client)).toBe(pid)
    expect(await client.get('kept')).toBe('yes')

    process.kill(pid, 'SIGKILL')
    await eventually(async () => expect(await client.get('kept')).toBe('yes'))
    expect(await pidOf(client)).not.toBe(pid)
    await eventually(() => expect(logged.at(-1)?.message).toBe('redis.restarted'))
    await service.stop()
    expect(await serversUnder(dataDir)).toEqual([])
  })

  test('its Redis, taken over, is stopped without a trace', async () => {
    const owner = await startOwner()
    await owner.kill9()
    const service = await start()
    expect(service.adopted).toBe(true)
    await service.stop()
    expect(await serversUnder(dataDir)).toEqual([])
    expect((await readdir(join(dataDir, 'redis'))).filter(name => /sock|lock|pid/.test(name))).toEqual([])
  })

  test('a Redis that does not answer any more is replaced, and nothing is lost', async () => {
    const owner = await startOwner()
    const before = await connect(String(owner.said['socketPath']))
    await before.set('kept', 'yes')
    const pid = await pidOf(before)
    await owner.kill9()
    process.kill(pid, 'SIGSTOP')

    const service = await start()
    expect(service.adopted).toBe(false)
    const client = await connect(service.socketPath)
    expect(await pidOf(client)).not.toBe(pid)
    expect(await client.get('kept')).toBe('yes')
    expect(await serversUnder(dataDir)).toHaveLength(1)
  })

  test('and of its Redis, the data is there', async () => {
    const owner = await startOwner()
    const before = await connect(String(owner.said['socketPath']))
    await before.set('kept', 'yes')
    const pid = await pidOf(before)
    await owner.kill9()
    process.kill(pid, 'SIGKILL')
    const service = await start()
    expect(service.adopted).toBe(false)
    expect(await (await connect(service.socketPath)).get('kept')).toBe('yes')
  })
})

describe('one service per directory', () => {
  test('a second one is refused, and the first goes on', async () => {
    const owner = await startOwner()
    const refusal = await start().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ConfigError)
    expect(refusal).toHaveProperty('message', expect.stringMatching(/another aftercall \(process \d+\) uses .*data/))
    expect(await (await connect(String(owner.said['socketPath']))).ping()).toBe('PONG')
    expect(await owner.end()).toBe(0)
    expect((await start()).adopted).toBe(false)
  })

  test('of many that start at once exactly one gets it', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => start()))
    expect(results.filter(result => result.status === 'fulfilled')).toHaveLength(1)
    expect(await serversUnder(dataDir)).toHaveLength(1)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason.message).toContain('another aftercall')
    }
  })

  test('a frozen service still has it', async () => {
    const owner = await startOwner()
    owners.at(-1)?.kill('SIGSTOP')
    await expect(start()).rejects.toThrow('another aftercall uses')
    owners.at(-1)?.kill('SIGCONT')
    expect(await owner.end()).toBe(0)
  })
})

describe('a private Redis that cannot start says why, and the mend', () => {
  const message = async () => {
    const refusal = await start().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ConfigError)
    return (refusal as ConfigError).message
  }

  test('DATA_DIR is a file', async () => {
    await writeFile(dataDir, '')
    expect(await message()).toMatch(/DATA_DIR: .*cannot be written.*set another DATA_DIR/)
  })

  test('the append-only file is damaged in its middle', async () => {
    const first = await start()
    const client = await connect(first.socketPath)
    for (let n = 0; n < 20; n += 1) await client.set(`key${n}`, 'x'.repeat(50))
    await first.stop()
    const aofDir = join(dataDir, 'redis', 'appendonlydir')
    const name = (await readdir(aofDir)).find(file => file.endsWith('.incr.aof')) ?? ''
    const bytes = await readFile(join(aofDir, name))
    bytes.write('garbage', 200)
    await writeFile(join(aofDir, name), bytes)
    expect(await message()).toMatch(/did not start.*[Bb]ad file format.*redis-check-aof --fix/s)
    expect(await serversUnder(dataDir)).toEqual([])
  })

  test('the base of the append-only file is cut short', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('a', 1)
    await first.stop()
    const aofDir = join(dataDir, 'redis', 'appendonlydir')
    const name = (await readdir(aofDir)).find(file => file.endsWith('.base.rdb')) ?? ''
    await truncate(join(aofDir, name), 20)
    expect(await message()).toMatch(/did not start/)
    await rm(aofDir, { recursive: true })
    expect((await start()).adopted).toBe(false)
  })

  test('something else answers on its socket', async () => {
    const elsewhere = await start(join(root, 'other'))
    await mkdir(join(dataDir, 'redis'), { recursive: true })
    await symlink(elsewhere.socketPath, join(dataDir, 'redis', 'redis.sock'))
    expect(await message()).toMatch(/works in .*other.*set another DATA_DIR/)
  })
})

test('a probe of nobody rejects and nothing else', async () => {
  await expect(probeConnection(join(root, 'nobody.sock'), 200).connect()).rejects.toThrow()
})
