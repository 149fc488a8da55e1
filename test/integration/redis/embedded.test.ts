import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Redis } from 'ioredis'
import { describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/errors.ts'
import { probeConnection } from '../../../src/redis/connect.ts'
import { checkRedisSafety } from '../../../src/redis/safety.ts'
import { pidOf, privatePlace, serversUnder } from '../../support/private-place.ts'

const place = privatePlace()
const { start, connect, startOwner, services, owners } = place

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
    expect((await stat(join(place.dataDir, 'redis'))).mode & 0o077).toBe(0)
    expect(startMs).toBeLessThan(300)
  })

  test('stops with everything on disk, leaving no process and no socket', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('kept', 'yes')
    await first.stop()
    await first.stop()
    expect(await serversUnder(place.dataDir)).toEqual([])
    expect((await readdir(join(place.dataDir, 'redis'))).filter(name => /sock|lock|pid/.test(name))).toEqual([])

    const second = await start()
    expect(second.adopted).toBe(false)
    expect(await (await connect(second.socketPath)).get('kept')).toBe('yes')
  })

  test('works where the path is too long for a socket', async () => {
    const long = join(place.root, 'd'.repeat(90), 'e'.repeat(40))
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
    const { socketPath } = await start(join(place.root, `dé "pôt" d'ici`))
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
    expect(await serversUnder(place.dataDir)).toHaveLength(1)
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
    await writeFile(place.dataDir, '')
    expect(await message()).toMatch(/DATA_DIR: .*cannot be written.*set another DATA_DIR/)
  })

  test('the append-only file is damaged in its middle', async () => {
    const first = await start()
    const client = await connect(first.socketPath)
    for (let n = 0; n < 20; n += 1) await client.set(`key${n}`, 'x'.repeat(50))
    await first.stop()
    const aofDir = join(place.dataDir, 'redis', 'appendonlydir')
    const name = (await readdir(aofDir)).find(file => file.endsWith('.incr.aof')) ?? ''
    const bytes = await readFile(join(aofDir, name))
    bytes.write('garbage', 200)
    await writeFile(join(aofDir, name), bytes)
    expect(await message()).toMatch(/did not start.*[Bb]ad file format.*redis-check-aof --fix/s)
    expect(await serversUnder(place.dataDir)).toEqual([])
  })

  test('the base of the append-only file is cut short', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('a', 1)
    await first.stop()
    const aofDir = join(place.dataDir, 'redis', 'appendonlydir')
    const name = (await readdir(aofDir)).find(file => file.endsWith('.base.rdb')) ?? ''
    await truncate(join(aofDir, name), 20)
    expect(await message()).toMatch(/did not start/)
    await rm(aofDir, { recursive: true })
    expect((await start()).adopted).toBe(false)
  })

  test('something else answers on its socket', async () => {
    const elsewhere = await start(join(place.root, 'other'))
    await mkdir(join(place.dataDir, 'redis'), { recursive: true })
    await symlink(elsewhere.socketPath, join(place.dataDir, 'redis', 'redis.sock'))
    expect(await message()).toMatch(/works in .*other.*set another DATA_DIR/)
  })
})

test('a probe of nobody rejects and nothing else', async () => {
  await expect(probeConnection(join(place.root, 'nobody.sock'), 200).connect()).rejects.toThrow()
})
