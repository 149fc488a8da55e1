import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Bench, startBench } from '../testing.ts'

const email = createHash('sha256').update('john_smith@gmail.com').digest('hex')

const event = (bench: Bench, more: Record<string, unknown> = {}) => ({
  event: 'SubmitForm',
  event_time: Math.floor(bench.now() / 1_000),
  event_id: 'e1',
  user: { email, ttclid: 'E.C.P.x' },
  ...more,
})

const web = { event_source: 'web', event_source_id: 'COQDA8RC77U2TMR44LI0' }

async function send(bench: Bench, data: unknown, more: Record<string, unknown> = {}, token = 't') {
  const response = await fetch(`${bench.simulator.tiktokUrl}/event/track/`, {
    method: 'POST',
    headers: token === '' ? {} : { 'access-token': token },
    body: JSON.stringify({ ...web, data, ...more }),
  })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test('takes events and says so with code 0', async () => {
  const bench = await startBench()
  const more = { page: { url: 'https://example.com/start' }, properties: { value: 50, currency: 'USD' } }
  expect(await send(bench, [event(bench, more), event(bench, { event_id: 'e2' })])).toEqual({
    status: 200,
    body: { code: 0, message: 'OK', request_id: expect.any(String), data: {} },
  })
  expect(bench.simulator.truth().conversions.events).toMatchObject([
    {
      vendor: 'tiktok',
      pixelId: web.event_source_id,
      source: 'web',
      eventName: 'SubmitForm',
      eventId: 'e1',
      eventTime: bench.now(),
      page: 'https://example.com/start',
      value: 50,
      currency: 'USD',
      userData: { email, ttclid: 'E.C.P.x' },
    },
    { eventId: 'e2' },
  ])
})

test.each<[string, Record<string, unknown>, Record<string, unknown>?]>([
  ['no event', { event: undefined }],
  ['no event_time', { event_time: undefined }],
  ['an event_time in milliseconds', { event_time: Date.parse('2026-11-20T17:00:00Z') }],
  ['no user', { user: undefined }],
  ['an empty user', { user: {} }],
  ['an e-mail that is not hashed', { user: { email: 'john_smith@gmail.com' } }],
  ['no IP address', { user: { ip: 'here' } }],
  ['a value without currency', { properties: { value: 1 } }],
  ['an unknown event source', {}, { event_source: 'fax' }],
  ['no event source id', {}, { event_source_id: undefined }],
])('refuses all events for %s, with status 200', async (_, more, top) => {
  const bench = await startBench()
  const { status, body } = await send(bench, [event(bench), event(bench, { event_id: 'e2', ...more })], top)
  expect({ status, body }).toMatchObject({ status: 200, body: { code: 40_002, message: expect.any(String) } })
  expect(bench.simulator.truth().conversions.receipts).toEqual([])
})

test('lets in by token and knows pixels once they are named', async () => {
  const bench = await startBench({ apiKeys: { tiktok: 'one' }, tiktok: { pixels: ['A'] } })
  expect((await send(bench, [event(bench)], {}, '')).body['code']).toBe(40_105)
  expect((await send(bench, [event(bench)], {}, 'two')).body['code']).toBe(40_105)
  expect((await send(bench, [event(bench)], {}, 'one')).body['code']).toBe(40_001)
  expect((await send(bench, [event(bench)], { event_source_id: 'A' }, 'one')).body['code']).toBe(0)
  const elsewhere = `${bench.simulator.url}/tiktok/pixel/track/`
  const headers = { 'access-token': 'one' }
  expect((await fetch(elsewhere, { method: 'POST', headers })).status).toBe(404)
})

test('drops repeats, and misbehaves in its own words', async () => {
  const path = '/tiktok/'
  const bench = await startBench({
    faults: [
      { match: { path }, kind: 'status', status: 429, times: 1 },
      { match: { path }, kind: 'status', status: 500, afterCommit: true, times: 1 },
    ],
  })
  expect(await send(bench, [event(bench)])).toMatchObject({ status: 429, body: { code: 40_100 } })
  expect(await send(bench, [event(bench)])).toMatchObject({ status: 500, body: { code: 50_000 } })
  expect(await send(bench, [event(bench)], { test_event_code: 'T1' })).toMatchObject({ body: { code: 0 } })
  expect(await send(bench, [event(bench)])).toMatchObject({ body: { code: 0 } })
  const { conversions } = bench.simulator.truth()
  expect(conversions.counts).toEqual({ receipts: 2, events: 1, tests: 1 })
  expect(conversions.receipts.map(({ isRepeat }) => isRepeat)).toEqual([false, true])
})
