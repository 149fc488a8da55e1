import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { type Bench, startBench } from '../testing.ts'

const em = createHash('sha256').update('john_smith@gmail.com').digest('hex')
const hour = 3_600_000

const event = (bench: Bench, more: Record<string, unknown> = {}) => ({
  event_name: 'Lead',
  event_time: Math.floor(bench.now() / 1_000),
  event_id: 'e1',
  action_source: 'phone_call',
  user_data: { em: [em] },
  ...more,
})

async function send(
  bench: Bench,
  data: unknown,
  more: Record<string, unknown> = {},
  path = '/1/events?access_token=t',
) {
  const body = typeof data === 'string' ? data : JSON.stringify({ data, ...more })
  const response = await fetch(`${bench.simulator.metaUrl}${path}`, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, Record<string, unknown>> }
}

test('takes events, with a version in the path or without, and a token in the query or as a bearer', async () => {
  const bench = await startBench()
  const answer = await send(bench, [event(bench), event(bench, { event_id: 'e2' })])
  expect(answer).toEqual({
    status: 200,
    body: { events_received: 2, messages: [], fbtrace_id: expect.any(String) },
  })
  const bare = await fetch(`${bench.simulator.url}/meta/2/events`, {
    method: 'POST',
    headers: { authorization: 'Bearer t' },
    body: JSON.stringify({ data: [event(bench, { custom_data: { value: 50, currency: 'USD' } })] }),
  })
  expect(bare.status).toBe(200)
  const { conversions, requests, counts } = bench.simulator.truth()
  expect(conversions.receipts).toMatchObject([
    { vendor: 'meta', pixelId: '1', eventName: 'Lead', eventId: 'e1', userData: { em: [em] }, batch: 1 },
    { pixelId: '1', eventId: 'e2', eventTime: bench.now(), source: 'phone_call', batch: 1 },
    { pixelId: '2', eventId: 'e1', value: 50, currency: 'USD', batch: 2 },
  ])
  expect(conversions.counts).toEqual({ receipts: 3, events: 3, tests: 0 })
  expect(counts.pixels).toBe(0)
  expect(requests.byVendor['meta']?.byRoute).toEqual({
    'meta POST /:version/:pixelId/events': 1,
    'meta POST /:pixelId/events': 1,
  })
})

test.each<[string, Record<string, unknown>]>([
  ['no event_name', { event_name: undefined }],
  ['an empty event_name', { event_name: '' }],
  ['no event_time', { event_time: undefined }],
  ['an event_time in fractions', { event_time: 1.5 }],
  ['an event_time in milliseconds', { event_time: Date.parse('2026-11-20T17:00:00Z') }],
  ['no action_source', { action_source: undefined }],
  ['an unknown action_source', { action_source: 'fax' }],
  ['no user_data', { user_data: undefined }],
  ['empty user_data', { user_data: {} }],
  ['an e-mail that is not hashed', { user_data: { em: ['john_smith@gmail.com'] } }],
  ['a hash in upper case', { user_data: { em: [em.toUpperCase()] } }],
  ['no IP address', { user_data: { client_ip_address: 'here' } }],
  ['an fbc of another form', { user_data: { fbc: 'AbC' } }],
  ['a value without currency', { custom_data: { value: 1 } }],
  ['a value that is text', { custom_data: { value: '1', currency: 'USD' } }],
  ['a website without its page', { action_source: 'website', user_data: { em, client_user_agent: 'x' } }],
  ['a website without user agent', { action_source: 'website', event_source_url: 'https://example.com' }],
])('refuses all events for one with %s', async (_, more) => {
  const bench = await startBench()
  const { status, body } = await send(bench, [event(bench), event(bench, { event_id: 'e2', ...more })])
  expect({ status, error: body['error'] }).toMatchObject({ status: 400, error: { code: 100, is_transient: false } })
  expect(bench.simulator.truth().conversions.receipts).toEqual([])
})

test('refuses all events for one older than 7 days, or than 62 in a store', async () => {
  const bench = await startBench()
  const old = (days: number, action_source: string) =>
    send(bench, [
      event(bench),
      event(bench, { event_time: Math.floor((bench.now() - days * 24 * hour) / 1_000), action_source }),
    ])
  expect((await old(6.99, 'phone_call')).status).toBe(200)
  expect((await old(7.01, 'phone_call')).body['error']).toMatchObject({ code: 100, error_subcode: 2_804_003 })
  expect((await old(61, 'physical_store')).status).toBe(200)
  expect((await old(63, 'physical_store')).status).toBe(400)
  expect(bench.simulator.truth().conversions.counts.receipts).toBe(4)
})

test('lets in by token, knows pixels once they are named, and takes 1 to 1,000 events', async () => {
  const bench = await startBench({ apiKeys: { meta: ['one', 'two'] }, meta: { pixels: ['1'] } })
  const answers = await Promise.all([
    send(bench, [event(bench)], {}, '/1/events'),
    send(bench, [event(bench)], {}, '/1/events?access_token=three'),
    send(bench, [event(bench)], {}, '/2/events?access_token=two'),
    send(bench, [], {}, '/1/events?access_token=two'),
    send(bench, Array(1_001).fill(event(bench)), {}, '/1/events?access_token=two'),
    send(bench, '{"data":', {}, '/1/events?access_token=two'),
    send(bench, [event(bench)], {}, '/1/insights?access_token=two'),
  ])
  expect(answers.map(({ body }) => [body['error']?.['code'], body['error']?.['error_subcode']])).toEqual([
    [190, undefined],
    [190, 463],
    [100, 33],
    [100, undefined],
    [100, undefined],
    [100, undefined],
    [2500, undefined],
  ])
  bench.simulator.control({ meta: { pixels: null } })
  expect((await send(bench, [event(bench)], {}, '/2/events?access_token=two')).status).toBe(200)
})

test('knows a repeat for 48 hours after the first, and keeps test events apart', async () => {
  const bench = await startBench()
  const at = (hours: number, more: Record<string, unknown> = {}, top = {}) => {
    bench.advance(hours * hour)
    return send(bench, [event(bench, more)], top)
  }
  await at(0)
  await at(0, {}, { test_event_code: 'T1' })
  await at(0, { event_name: 'Purchase' })
  await at(0, { event_id: undefined })
  await at(0, { event_id: undefined })
  await at(47)
  await at(2)
  const { conversions } = bench.simulator.truth()
  expect(conversions.counts).toEqual({ receipts: 6, events: 5, tests: 1 })
  expect(conversions.receipts.map(({ isRepeat }) => isRepeat)).toEqual([false, false, false, false, true, false])
  expect(conversions.tests).toMatchObject([{ testEventCode: 'T1', eventId: 'e1', isRepeat: false }])
  expect(conversions.repeats).toEqual([{ vendor: 'meta', pixelId: '1', eventName: 'Lead', eventId: 'e1', times: 3 }])
  expect(bench.simulator.truth({ since: bench.now() }).conversions).toMatchObject({
    receipts: [{ at: bench.now() }],
    counts: { receipts: 6 },
  })
  expect(bench.simulator.truth({ lists: false }).conversions).toMatchObject({ receipts: [], repeats: null })
  bench.simulator.reset()
  expect(bench.simulator.truth().conversions.counts).toEqual({ receipts: 0, events: 0, tests: 0 })
})

test('misbehaves as the other vendors do, in its own words', async () => {
  const path = '/meta/'
  const bench = await startBench({
    faults: [
      { match: { path }, kind: 'status', status: 429, retryAfter: 2, times: 1 },
      { match: { path }, kind: 'status', status: 503, afterCommit: true, times: 1 },
      { match: { path }, kind: 'reset_after', times: 1 },
    ],
  })
  expect((await send(bench, [event(bench)])).body['error']).toMatchObject({ code: 4, is_transient: true })
  expect(bench.simulator.truth().conversions.counts.receipts).toBe(0)
  expect((await send(bench, [event(bench)])).body['error']).toMatchObject({ code: 2, is_transient: true })
  await expect(send(bench, [event(bench)])).rejects.toThrow('fetch failed')
  expect(bench.simulator.truth().conversions.counts).toEqual({ receipts: 2, events: 1, tests: 0 })
})
