import { expect, inject, onTestFinished, test } from 'vitest'
import { loadCampaign } from '../../../src/campaigns/load.ts'
import type { Clock } from '../../../src/clock.ts'
import { type IntakeParts, openFor } from '../../../src/intake/open-journey.ts'
import { loadIdentity } from '../../../src/ledger/identity.ts'
import { createLedger } from '../../../src/ledger/index.ts'
import { producerConnection, type RedisClient, untilReady } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { createSeal } from '../../../src/seal.ts'
import { uniquePrefix } from '../../support/prefix.ts'
import { findKeys } from '../../support/shared-redis.ts'
import { plainCampaign } from '../../support/stage.ts'

const AT = Date.parse('2026-11-20T03:00:00Z')
const clock: Clock = { now: () => AT, shiftMs: () => 0 }
const seal = createSeal([])

type Rows = { leadId: string; phone: string }[]
const rows: Rows = Array.from({ length: 40 }, (_, index) => ({
  leadId: `lead_${index}`,
  phone: `+1212${2_000_000 + index}`,
}))

async function openRedis(): Promise<RedisClient> {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  return client
}

/** A ledger that knows people by the same hashes as every other of this test. */
async function openLedger(client: RedisClient, same?: string) {
  const prefix = uniquePrefix()
  const keys = createKeys(prefix)
  if (same !== undefined) {
    const [hashKey = '', instance = ''] = await client.hmget(createKeys(same).meta, 'hashKey', 'instance')
    await client.hset(keys.meta, { hashKey: hashKey ?? '', instance: instance ?? '' })
    // Its shards carry no mark yet.
  }
  const identity = await loadIdentity(client, keys, seal, 4)
  return { prefix, ledger: createLedger({ client, clock, keys, seal, identity }) }
}

type Opened = Awaited<ReturnType<typeof openLedger>>

function open({ ledger }: Opened, fields: object, list: Rows, isTogether: boolean, importId = 'import_1') {
  const loaded = loadCampaign(JSON.stringify({ ...plainCampaign, ...fields }), 'roof.yaml')
  if (!('campaign' in loaded)) throw new Error(JSON.stringify(loaded))
  const journeys = isTogether ? ledger.journeys : { ...ledger.journeys, openNew: async () => 'refused' as const }
  const leads = () => {
    throw new Error('nobody is asked')
  }
  const parts: IntakeParts = { ledger: { ...ledger, journeys }, clock, leads, defaultCountry: 'US' }
  return Promise.all(
    list.map(async ({ leadId, phone }, run) => {
      const who = { phone, zones: ['America/New_York'], details: { firstName: 'Ann' } }
      const lead = { leadId, phone, firstName: 'Ann' }
      const request = { campaign: loaded.campaign, lead, eventId: importId, run, list: true as const }
      return (await openFor(parts, request, who)).result
    }),
  )
}

/** Everything under a prefix, by key. */
async function contentOf(client: RedisClient, prefix: string): Promise<Record<string, unknown>> {
  const read = async (key: string): Promise<unknown> => {
    const kind = await client.type(key)
    if (kind === 'hash') return client.hgetall(key)
    if (kind === 'list') return client.lrange(key, 0, -1)
    if (kind === 'set') return (await client.smembers(key)).sort()
    if (kind === 'zset') return client.zrange(key, 0, '-1', 'WITHSCORES')
    return client.get(key)
  }
  const found = (await findKeys(client, `${prefix}:*`)).sort()
  return Object.fromEntries(await Promise.all(found.map(async key => [key.slice(prefix.length), await read(key)])))
}

test.each([
  ['a dial that is due', {}, rows],
  ['a dial that waits for its window', { dial: { windows: { 'mon-fri': '09:00-20:00' } } }, rows],
  ['a lead that the vendor does not know', {}, rows.map(({ phone }) => ({ leadId: '', phone }))],
  ['a lead that is handed over', { mode: 'handover', trigger: {} }, rows],
  ['a test', { test: true }, rows],
])('journeys opened together are what journeys opened one by one are: %s', async (_name, fields, list) => {
  const client = await openRedis()
  const together = await openLedger(client)
  const alone = await openLedger(client, together.prefix)
  expect(new Set(await open(together, fields, list, true))).toEqual(new Set(['opened']))
  expect(new Set(await open(alone, fields, list, false))).toEqual(new Set(['opened']))
  const written = await contentOf(client, together.prefix)
  expect(written).toEqual(await contentOf(client, alone.prefix))
  expect(Object.keys(written).filter(key => /:j:/.test(key))).toHaveLength(list.length)
})

test('of those that come together only the new are opened, and a second list opens none of them', async () => {
  const client = await openRedis()
  const ledger = await openLedger(client)
  expect(await open(ledger, {}, rows.slice(0, 10), true)).toEqual(Array.from({ length: 10 }, () => 'opened'))
  const before = await contentOf(client, ledger.prefix)
  const mixed = [
    ...rows.slice(0, 10),
    // One number with two leads, and one lead with two numbers.
    { leadId: 'lead_0', phone: '+12125550100' },
    { leadId: 'lead_other', phone: '+12122000001' },
  ]
  expect(new Set(await open(ledger, {}, mixed, true, 'import_2'))).toEqual(new Set(['joined']))
  expect(await contentOf(client, ledger.prefix)).toEqual(before)
  const results = await open(ledger, {}, [...rows.slice(8, 12), ...rows.slice(8, 12)], true, 'import_3')
  expect(results.filter(result => result === 'opened')).toHaveLength(2)
  expect((await ledger.ledger.search.progress('roof')).total).toBe(12)
})
