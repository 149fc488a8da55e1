import { expect, inject, onTestFinished, test } from 'vitest'
import { bucketOf, callsOf } from '../../../src/campaigns/call-lengths.ts'
import { ShiftedClock } from '../../../src/clock.ts'
import { createCallLengthBook } from '../../../src/ledger/call-lengths.ts'
import { createPollTables } from '../../../src/ledger/poll-tables.ts'
import { producerConnection, untilReady } from '../../../src/redis/connect.ts'
import { createKeys } from '../../../src/redis/keys.ts'
import { uniquePrefix } from '../../support/prefix.ts'

const poll = {
  ...{ firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000 },
  ...{ settleMs: 10_000, walkMs: 30_000 },
}
const roof = { id: 'roof', poll }

async function startBench() {
  const client = producerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const keys = createKeys(uniquePrefix())
  const clock = new ShiftedClock()
  const callLengths = createCallLengthBook({ client, keys })
  const add = (lengthMs: number, calls: number) =>
    Promise.all(Array.from({ length: calls }, () => callLengths.add('roof', lengthMs)))
  return { client, key: keys.callLengths('roof'), clock, callLengths, add }
}

test('calls are counted by length and campaign, over all who count at once', async () => {
  const { callLengths, add } = await startBench()
  await Promise.all([add(32_000, 40), add(32_100, 10), add(110_000, 5)])
  await callLengths.add('solar', 6_000)
  expect(await callLengths.read('roof')).toEqual(
    new Map([
      [bucketOf(32_000), 50],
      [bucketOf(110_000), 5],
    ]),
  )
  expect(callsOf(await callLengths.read('solar'))).toBe(1)
  expect(await callLengths.read('unknown')).toEqual(new Map())
})

test('of more than 2,000 calls half is forgotten, evenly, lengths that were seen but once included', async () => {
  const { client, key, callLengths } = await startBench()
  const rare = Array.from({ length: 100 }, (_, index) => [String(400 + index), '1'])
  await client.hset(key, Object.fromEntries([['372', '1901'], ...rare]))
  expect(callsOf(await callLengths.read('roof'))).toBe(2_001)

  const halved = await callLengths.read('roof')
  expect(callsOf(halved)).toBe(1_000)
  expect(halved.get(372)).toBe(950)
  expect(callsOf(new Map([...halved].filter(([bucket]) => bucket < 450 && bucket >= 400)))).toBe(25)
  // Two readers at once halve once.
  await client.hset(key, '372', 2_000)
  await Promise.all([callLengths.read('roof'), callLengths.read('roof')])
  expect(callsOf(await callLengths.read('roof'))).toBe(1_025)
})

test('nothing is planned by fewer than thirty calls, and looks ask Redis once in half a minute', async () => {
  const { client, clock, callLengths, add } = await startBench()
  await add(32_000, 29)
  const tables = createPollTables({ callLengths, clock })
  expect(await tables.of(roof)).toBeUndefined()
  await add(32_000, 1)
  expect(await tables.of(roof)).toBeUndefined()
  clock.advance(30_000)
  const table = await tables.of(roof)
  expect(table?.firstMs).toBeGreaterThan(32_000)
  expect(table?.firstMs).toBeLessThan(40_000)

  // With Redis gone, looks go on by what was read.
  client.disconnect()
  expect(await Promise.all(Array.from({ length: 100 }, () => tables.of(roof)))).toEqual(Array(100).fill(table))
})

test('a table is worked out anew for other rules, and for calls that have become others', async () => {
  const { clock, callLengths, add } = await startBench()
  await add(32_000, 40)
  const tables = createPollTables({ callLengths, clock })
  const before = await tables.of(roof)
  expect((await tables.of({ id: 'roof', poll: { ...poll, maxMs: 10_000 } }))?.firstMs).toBe(20_000)
  expect((await tables.of(roof))?.firstMs).toBe(before?.firstMs)

  await add(50_000, 1)
  clock.advance(30_000)
  expect(await tables.of(roof)).toEqual(before)
  await add(50_000, 40)
  clock.advance(30_000)
  expect(await tables.of(roof)).not.toEqual(before)
})
