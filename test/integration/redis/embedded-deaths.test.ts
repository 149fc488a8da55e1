import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import { pidOf, privatePlace, serversUnder } from '../../support/private-place.ts'

const place = privatePlace()
const { start, connect, startOwner, logged } = place

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
    expect(await serversUnder(place.dataDir)).toEqual([])
  })

  test('half-way through a write loads all that was acknowledged', async () => {
    const first = await start()
    await (await connect(first.socketPath)).set('kept', 'yes')
    await first.stop()
    const aofDir = join(place.dataDir, 'redis', 'appendonlydir')
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
    expect(await serversUnder(place.dataDir)).toEqual([])
  })

  test('its Redis, taken over, is stopped without a trace', async () => {
    const owner = await startOwner()
    await owner.kill9()
    const service = await start()
    expect(service.adopted).toBe(true)
    await service.stop()
    expect(await serversUnder(place.dataDir)).toEqual([])
    expect((await readdir(join(place.dataDir, 'redis'))).filter(name => /sock|lock|pid/.test(name))).toEqual([])
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
    expect(await serversUnder(place.dataDir)).toHaveLength(1)
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
