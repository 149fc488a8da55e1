import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import { join } from 'node:path'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { createSimulator, type Simulator } from '../../../simulator/simulator.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { examine, type Finding } from '../../../src/doctor/examine.ts'
import { startOldRedis } from '../../support/old-redis.ts'
import { startOwnRedis } from '../../support/own-redis.ts'
import { plainCampaign, startStage } from '../../support/stage.ts'
import { commandLine, commandLineHere, ownDirectory } from './command-line.ts'

const { poll: _, ...slowly } = plainCampaign
const campaign = { ...slowly, dial: { ...plainCampaign.dial, pace: { callsPerSecond: 1, maxLive: 10 } } }

/** An address at which something answers, until the test ends. */
async function serve(listener: RequestListener): Promise<{ url: string; port: number }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  onTestFinished(async () => void (server.listening && (await close())))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return { url: `http://127.0.0.1:${port}`, port }
}

/** One at which nothing listens any more. */
async function nobody(): Promise<{ url: string; port: number }> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  server.close()
  await once(server, 'close')
  return { url: `http://127.0.0.1:${port}`, port }
}

/** Settings with which nothing is wrong. */
async function healthy(control: Parameters<typeof createSimulator>[0] = {}) {
  const simulator = await createSimulator({ seed: 1, ...control })
  onTestFinished(() => simulator.close())
  const dir = await ownDirectory()
  await mkdir(join(dir, 'campaigns'))
  await writeFile(join(dir, 'campaigns', 'roof.yaml'), JSON.stringify(campaign))
  const away = await nobody()
  const env = {
    PORT: String((await nobody()).port),
    AFTERCALL_URL: away.url,
    REDIS_URL: inject('redisUrl'),
    CAMPAIGNS_DIR: join(dir, 'campaigns'),
    DATA_DIR: join(dir, 'data'),
    ...vendorsOf(simulator),
  }
  return { simulator, dir, env, away }
}

const vendorsOf = (simulator: Simulator) => ({
  LEADSAIL_API_KEY: 'leadsail-key',
  LEADSAIL_BASE_URL: simulator.leadsailUrl,
  LEADCONNECTOR_TOKEN: 'pit-key',
  LEADCONNECTOR_LOCATION_ID: 'LOC123456789ABCDEF',
  LEADCONNECTOR_BASE_URL: simulator.leadconnectorUrl,
  NATURALEAD_API_KEY: 'nl_test_key',
  NATURALEAD_BASE_URL: simulator.naturaleadUrl,
  META_ACCESS_TOKEN: 'meta-token',
  META_BASE_URL: simulator.metaUrl,
  TIKTOK_ACCESS_TOKEN: 'tiktok-token',
  TIKTOK_BASE_URL: simulator.tiktokUrl,
})

interface Look {
  env: Record<string, string>
  clock?: ShiftedClock
  nodeVersion?: string
}

const look = ({ env, clock = new ShiftedClock(), nodeVersion = '24.1.0' }: Look): Promise<Finding[]> =>
  examine({ env, clock, nodeVersion, serviceUrl: env['AFTERCALL_URL'] ?? '' })

const badOnes = (findings: readonly Finding[]) => findings.filter(({ state }) => state === 'bad')

/** The one thing that is wrong, with what a person needs to mend it. */
async function fault(asked: Look): Promise<Extract<Finding, { state: 'bad' }>> {
  const [found, ...more] = badOnes(await look(asked))
  expect(more).toEqual([])
  if (found?.state !== 'bad') throw new Error('nothing is wrong')
  expect(found.why).not.toBe('')
  expect(found.mend).not.toBe('')
  return found
}

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

describe('vendor keys', () => {
  test.each(['leadsail', 'leadconnector', 'naturalead', 'meta', 'tiktok'] as const)(
    'a key that %s refuses is found',
    async vendor => {
      const { env } = await healthy({ control: { apiKeys: { [vendor]: 'another' } } })
      const found = await fault({ env })
      expect(found).toMatchObject({ check: 'vendor_keys', what: expect.stringContaining(`${vendor} refuses the key`) })
      expect(found.mend).toMatch(/make a new key at .* as \w+_(?:API_KEY|TOKEN)$/)
    },
  )

  test('a token of another sub-account is found, and not taken for a wrong one', async () => {
    const { env } = await healthy()
    const found = await fault({ env: { ...env, LEADCONNECTOR_LOCATION_ID: 'elsewhere' } })
    expect(found.mend).toContain('LEADCONNECTOR_LOCATION_ID')
  })

  test('a question does nothing at the vendor', async () => {
    const { env, simulator } = await healthy({ control: { requestLog: true } })
    await look({ env })
    const { calls, texts, pixels } = simulator.truth()
    expect({ calls, texts, pixels }).toMatchObject({ calls: [], texts: [], pixels: [] })
    const routes = simulator.requests().map(({ route }) => route)
    expect(routes.length).toBeGreaterThan(4)
    expect(routes.filter(route => /POST|PUT|PATCH|DELETE/.test(route))).toEqual([])
  })

  test('a vendor that is away is found, and one that a campaign needs and nobody has set up', async () => {
    const { env, away } = await healthy()
    expect(await fault({ env: { ...env, LEADSAIL_BASE_URL: away.url } })).toMatchObject({
      ...{ check: 'vendor_keys', what: expect.stringContaining('leadsail could not be asked') },
      mend: expect.stringContaining('LEADSAIL_BASE_URL'),
    })
    const { LEADSAIL_API_KEY: _, ...rest } = env
    expect(await fault({ env: rest })).toMatchObject({ what: 'LEADSAIL_API_KEY is not set, and roof needs it' })
  })

  test("an app's tokens are left to the service", async () => {
    const { env } = await healthy()
    const { LEADCONNECTOR_TOKEN: _, ...rest } = env
    const app = {
      LEADCONNECTOR_OAUTH_CLIENT_ID: 'a',
      LEADCONNECTOR_OAUTH_CLIENT_SECRET: 'b',
      LEADCONNECTOR_OAUTH_REFRESH_TOKEN: 'c',
    }
    const findings = await look({ env: { ...rest, ...app } })
    expect(badOnes(findings)).toEqual([])
    expect(findings).toContainEqual(expect.objectContaining({ what: expect.stringContaining("the app's tokens") }))
  })
})

describe('the way in', () => {
  test('a port that another program has is found; our own service may have it', async () => {
    const { env } = await healthy()
    const other = await serve((_, response) => response.end('hello'))
    const found = await fault({ env: { ...env, PORT: String(other.port) } })
    expect(found).toMatchObject({ check: 'port', what: expect.stringContaining(`${other.port} is taken`) })

    const stage = await startStage()
    const own = await look({ env: { ...env, PORT: new URL(stage.url).port, AFTERCALL_URL: stage.url } })
    expect(own).toContainEqual(
      expect.objectContaining({ check: 'port', what: expect.stringContaining('the service listens') }),
    )
    // It has just started: whether it is ready yet is its own affair.
    expect(own.filter(({ check }) => check === 'service')).toHaveLength(1)
  })

  test('a PUBLIC_URL that does not lead here is found', async () => {
    const { env, away } = await healthy()
    const at = (url: string) => ({ env: { ...env, PUBLIC_URL: url } })
    expect(await fault(at(away.url))).toMatchObject({
      check: 'public_url',
      what: expect.stringContaining('ECONNREFUSED'),
    })
    const other = await serve((_, response) => response.writeHead(404).end('not found'))
    expect(await fault(at(other.url))).toMatchObject({ what: expect.stringContaining('answers 404') })

    const proxy = await serve((_, response) => response.writeHead(502).end())
    const stage = await startStage()
    for (const [url, state] of [
      [proxy.url, 'noted'],
      [stage.url, 'good'],
    ] as const) {
      const found = (await look(at(url))).find(({ check }) => check === 'public_url')
      expect(found?.state, url).toBe(state)
    }
  })

  test('what a service that runs says of itself is passed on', async () => {
    const { env } = await healthy()
    const not = await serve((_, response) =>
      response
        .writeHead(503)
        .end(JSON.stringify({ status: 'not ready', why: ['canary: no job has been done for 60 s'] })),
    )
    const found = await fault({ env: { ...env, AFTERCALL_URL: not.url } })
    expect(found).toMatchObject({ check: 'service', what: expect.stringContaining('no job has been done for 60 s') })
    const ready = await serve((_, response) =>
      response.end(JSON.stringify({ status: 'ready', why: [], durability: ['appendfsync is everysec'] })),
    )
    const told = await look({ env: { ...env, AFTERCALL_URL: ready.url } })
    expect(badOnes(told)).toEqual([])
    expect(told).toContainEqual(
      expect.objectContaining({ check: 'service', what: expect.stringContaining('everysec') }),
    )
  })
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
