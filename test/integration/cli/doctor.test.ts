import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ShiftedClock } from '../../../src/clock.ts'
import type { Finding } from '../../../src/doctor/examine.ts'
import { eventually } from '../../support/eventually.ts'
import { startOldRedis } from '../../support/old-redis.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { commandLine, commandLineHere } from './command-line.ts'
import { badOnes, fault, healthy, look } from './examination.ts'

test('where nothing is wrong it ends with 0, and tells what it has looked at', async () => {
  const { env, dir } = await healthy()
  const { code, out, err } = await commandLineHere(env, dir)('doctor')
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out).toContain('ok  redis: Redis keeps every write, on disk\n')
  for (const vendor of ['leadsail', 'leadconnector', 'naturalead', 'meta', 'tiktok']) {
    expect(out).toContain(`ok  vendor keys: ${vendor} takes the key\n`)
  }
  expect(out).toMatch(/ok {2}clock: within a minute of Redis, leadsail, leadconnector, naturalead, meta, tiktok\n/)
  expect(out).toMatch(/ok {2}port: 127\.0\.0\.1:\d+ is free\n/)
  expect(out).toMatch(/All is well\.\n$/)
})

test('where something is wrong it ends with 1; --json says the same to programs, and nothing says a key', async () => {
  const { env, dir } = await healthy({ control: { apiKeys: { leadsail: 'another' } } })
  const aftercall = commandLineHere(env, dir)
  const told = await aftercall('doctor')
  expect(told).toMatchObject({ code: 1, err: '1 thing to mend\n' })
  expect(told.out).toMatch(
    /^BAD vendor keys: leadsail refuses the key: .*\n {4}no call.*\n {4}make a new key at leadsail and set it as LEADSAIL_API_KEY$/m,
  )
  const json = await aftercall('doctor --json')
  expect(json.code).toBe(1)
  const { ok, findings } = JSON.parse(json.out) as { ok: boolean; findings: Finding[] }
  expect(ok).toBe(false)
  expect(badOnes(findings)).toHaveLength(1)
  for (const key of ['leadsail-key', 'pit-key', 'nl_test_key', 'meta-token', 'tiktok-token']) {
    expect(told.out + told.err + json.out).not.toContain(key)
  }
})

describe('Redis', () => {
  test.each([
    ['maxmemory-policy', 'allkeys-lru', /CONFIG SET maxmemory-policy noeviction/],
    ['appendonly', 'no', /CONFIG SET appendonly yes/],
    ['appendfsync', 'everysec', /CONFIG SET appendfsync always/],
  ])('%s %s is found', async (setting, value, mend) => {
    await using redis = await startOwnRedis({ [setting]: value })
    const { env } = await healthy()
    const found = await fault({ env: { ...env, REDIS_URL: redis.url } })
    expect(found).toMatchObject({ check: 'redis', what: expect.stringContaining(`${setting} is ${value}`) })
    expect(found.mend).toMatch(mend)

    const accepted = await look({ env: { ...env, REDIS_URL: redis.url, REDIS_ACCEPT_UNSAFE: 'true' } })
    expect(badOnes(accepted)).toEqual([])
    expect(accepted).toContainEqual(expect.objectContaining({ check: 'redis', state: 'noted' }))
  })

  test('one that is too old is found, and nothing makes up for that', async () => {
    const { url } = await startOldRedis('5.0.14')
    const { env } = await healthy()
    const found = await fault({ env: { ...env, REDIS_URL: url, REDIS_ACCEPT_UNSAFE: 'true' } })
    expect(found).toMatchObject({ check: 'redis', what: 'version is 5.0.14', mend: expect.stringContaining('6.2') })
  })

  test('one with fewer replicas than each write is to wait for is found', async () => {
    await using primary = await startOwnRedis({ 'repl-diskless-sync-delay': '0' })
    const { env } = await healthy()
    const asking = (count: number) => ({ env: { ...env, REDIS_URL: primary.url, REDIS_WAIT_REPLICAS: String(count) } })
    const missing = { check: 'redis', what: 'REDIS_WAIT_REPLICAS is 1, and 0 replicas follow Redis' }
    expect(await fault(asking(1))).toMatchObject(missing)
    const ofRedis = async (count: number) => (await look(asking(count))).filter(({ check }) => check === 'redis')
    const kept = { check: 'redis', state: 'good', what: 'Redis keeps every write, on disk' }
    expect(await ofRedis(0)).toEqual([kept])

    await using replica = await startOwnRedis({ replicaof: `127.0.0.1 ${primary.port}` })
    const follows = { check: 'redis', state: 'good', what: '1 replica follows Redis' }
    await eventually(async () => expect(await ofRedis(1)).toEqual([kept, follows]))
    expect(await ofRedis(0)).toEqual([
      kept,
      { check: 'redis', state: 'noted', what: expect.stringMatching(/^1 replica follows .* failover may forget/) },
    ])
    // It is connected still, and takes nothing.
    replica.freeze()
    await eventually(async () => expect(badOnes(await ofRedis(1))).toMatchObject([missing]))
    replica.thaw()
  })

  test('a replica in place of its primary is found, and that it has none of its own is not', async () => {
    await using primary = await startOwnRedis({ 'repl-diskless-sync-delay': '0' })
    await using replica = await startOwnRedis({ replicaof: `127.0.0.1 ${primary.port}` })
    const { env } = await healthy()
    const found = await fault({ env: { ...env, REDIS_URL: replica.url, REDIS_WAIT_REPLICAS: '1' } })
    expect(found).toMatchObject({ check: 'redis', what: 'role is a read-only replica' })
  })

  test('one that is away is found', async () => {
    const { env, away } = await healthy()
    const found = await fault({ env: { ...env, REDIS_URL: `redis://127.0.0.1:${away.port}` } })
    expect(found).toMatchObject({ check: 'redis', what: expect.stringContaining('ECONNREFUSED') })
  })

  test('without REDIS_URL the program for a private one is looked for', async () => {
    const { env, dir } = await healthy()
    const own = { ...env, REDIS_URL: '' }
    const found = (await look({ env: own })).find(({ check }) => check === 'redis')
    expect(found).toMatchObject({ state: 'good', what: expect.stringMatching(/-server \d+\.\d+/) })
    const { code, out } = await commandLine({ ...own, PATH: dir }, dir)('doctor')
    expect(code).toBe(1)
    expect(out).toContain('BAD redis: no redis-server or valkey-server on the PATH\n')
  })
})

test.each([
  ['ahead of', 5 * 60_000],
  ['behind', -5 * 60_000],
])('a clock five minutes %s the others is found', async (word, ms) => {
  const { env } = await healthy()
  const clock = new ShiftedClock()
  clock.advance(ms)
  const found = await fault({ env, clock })
  expect(found).toMatchObject({
    check: 'clock',
    what: expect.stringContaining(`5 min ${word} Redis, 5 min ${word} leadsail`),
  })
  // Where Redis is private, vendors alone tell.
  expect(await fault({ env: { ...env, REDIS_URL: '' }, clock })).toMatchObject({ check: 'clock' })
})

describe('what lies on this machine', () => {
  test('settings that are wrong are found, all at once, and nothing that hangs on them is judged', async () => {
    const { env } = await healthy()
    const findings = badOnes(await look({ env: { ...env, PORT: 'many', RETENTION: 'long' } }))
    expect(findings.map(({ check, what }) => `${check} ${what}`)).toEqual([
      expect.stringMatching(/^settings PORT: /),
      expect.stringMatching(/^settings RETENTION: /),
    ])
  })

  test('campaign files that are wrong are found with file and line', async () => {
    const { env, dir } = await healthy()
    await writeFile(join(dir, 'campaigns', 'bad.yaml'), 'id: bad\nname: Bad\nprovider: nobody\n')
    const findings = badOnes(await look({ env }))
    const named = expect.objectContaining({ what: expect.stringMatching(/bad\.yaml:3 provider: /) })
    expect(findings).toContainEqual(named)
    expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(['campaigns']))
  })

  test('campaigns that ask for more than the account allows are found', async () => {
    const { env } = await healthy()
    const found = await fault({ env: { ...env, LEADSAIL_RATE: '1/s' } })
    expect(found).toMatchObject({
      check: 'budget',
      what: expect.stringMatching(/^roof at full pace would make [\d.]+ of leadsail's 1 /),
    })
    expect(found.mend).toContain('LEADSAIL_RATE')
  })

  test('a DATA_DIR that cannot be written is found; one that is not there yet would be made', async () => {
    const { env, dir } = await healthy()
    await writeFile(join(dir, 'file'), '')
    const own = { ...env, REDIS_URL: '' }
    const found = await fault({ env: { ...own, DATA_DIR: join(dir, 'file', 'data') } })
    expect(found).toMatchObject({ check: 'data_dir', what: expect.stringContaining('cannot be written') })
    const fresh = (await look({ env: { ...own, DATA_DIR: join(dir, 'a', 'b') } })).find(
      ({ check }) => check === 'data_dir',
    )
    expect(fresh).toMatchObject({ state: 'good', what: expect.stringMatching(/GB free$/) })
  })

  test('a Node that is too old is found', async () => {
    const { env } = await healthy()
    expect(await fault({ env, nodeVersion: '22.19.0' })).toMatchObject({
      check: 'node',
      what: 'Node 22.19.0 is too old',
    })
  })
})
