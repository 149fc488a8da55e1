import { afterEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../../src/errors.ts'
import { producerConnection, type RedisClient, untilReady } from '../../../src/redis/connect.ts'
import { assertSafeRedis, checkRedisSafety } from '../../../src/redis/safety.ts'
import { eventually } from '../../support/eventually.ts'
import { type OwnRedis, startOwnRedis } from '../../support/own-redis.ts'

const running: { redis: OwnRedis; client: RedisClient }[] = []

afterEach(async () => {
  for (const { redis, client } of running.splice(0)) {
    client.disconnect()
    await redis[Symbol.asyncDispose]()
  }
})

async function connectTo(settings: Record<string, string>, url = (redis: OwnRedis) => redis.url): Promise<RedisClient> {
  const redis = await startOwnRedis(settings)
  const client = producerConnection({ kind: 'url', url: url(redis) })
  running.push({ redis, client })
  await untilReady(client, 2000)
  return client
}

const settingsOf = async (client: RedisClient) => (await checkRedisSafety(client)).problems.map(found => found.setting)

describe('a safe Redis', () => {
  test('has no problem', async () => {
    const client = await connectTo({})
    expect(await checkRedisSafety(client)).toEqual({ problems: [] })
    expect(await assertSafeRedis(client, { acceptUnsafe: false })).toEqual({ durability: [] })
  })
})

describe.each([
  ['maxmemory-policy', 'allkeys-lru', 'CONFIG SET maxmemory-policy noeviction', '"maxmemory-policy noeviction"'],
  ['appendonly', 'no', 'CONFIG SET appendonly yes', '"appendonly yes"'],
  ['appendfsync', 'everysec', 'CONFIG SET appendfsync always', '"appendfsync always"'],
])('%s %s', (setting, value, command, line) => {
  test('is refused with its mend, and the mend is right', async () => {
    const client = await connectTo({ [setting]: value })
    const refusal = await assertSafeRedis(client, { acceptUnsafe: false }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(ConfigError)
    expect(refusal).toHaveProperty('faults.length', 1)
    for (const part of [setting, value, command, line, 'REDIS_ACCEPT_UNSAFE=true']) {
      expect(refusal).toHaveProperty('message', expect.stringContaining(part))
    }
    const [name = '', ...args] = command.split(' ')
    await client.call(name, ...args)
    expect(await settingsOf(client)).toEqual([])
  })

  test('can be accepted, and is then named', async () => {
    const client = await connectTo({ [setting]: value })
    const { durability } = await assertSafeRedis(client, { acceptUnsafe: true })
    expect(durability).toEqual([expect.stringContaining(`${setting} is ${value}`)])
  })
})

test('every problem is named at once', async () => {
  const client = await connectTo({ appendonly: 'no', appendfsync: 'everysec', 'maxmemory-policy': 'volatile-ttl' })
  await expect(assertSafeRedis(client, { acceptUnsafe: false })).rejects.toHaveProperty('faults.length', 3)
})

describe('where CONFIG is forbidden', () => {
  const asApp = (redis: OwnRedis) => redis.url.replace('//', '//app:pw@')
  const user = { user: 'app on >pw ~* &* +@all -config' }

  test('INFO tells what it can, and the rest cannot be verified', async () => {
    const client = await connectTo(user, asApp)
    const { problems } = await checkRedisSafety(client)
    expect(problems).toEqual([expect.objectContaining({ setting: 'appendfsync', acceptable: true })])
    expect(problems[0]?.found).toContain('cannot be verified')
    await expect(assertSafeRedis(client, { acceptUnsafe: false })).rejects.toThrow(/CONFIG.*REDIS_ACCEPT_UNSAFE=true/)
    expect((await assertSafeRedis(client, { acceptUnsafe: true })).durability).toHaveLength(1)
  })

  test('INFO still shows eviction and a missing AOF', async () => {
    const client = await connectTo({ ...user, appendonly: 'no', 'maxmemory-policy': 'allkeys-lfu' }, asApp)
    expect(await settingsOf(client)).toEqual(['maxmemory-policy', 'appendonly', 'appendfsync'])
  })

  test('and INFO too, nothing can be verified', async () => {
    const client = await connectTo({ user: 'app on >pw ~* &* +@all -config -info' }, asApp)
    expect(await settingsOf(client)).toEqual(['version', 'maxmemory-policy', 'appendonly', 'appendfsync'])
  })
})

test('a read-only replica is never accepted', async () => {
  await using primary = await startOwnRedis()
  const client = await connectTo({ replicaof: `127.0.0.1 ${primary.port}` })
  await eventually(async () => expect(await settingsOf(client)).toEqual(['role']))
  await expect(assertSafeRedis(client, { acceptUnsafe: true })).rejects.toThrow(/replica.*redis\+sentinel/)
})
