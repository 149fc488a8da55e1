import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { type Bench, startBench } from './testing.ts'

interface Received {
  headers: IncomingMessage['headers']
  body: Record<string, unknown>
}

/** A receiver that answers by `answer` and keeps what it got. */
async function startReceiver(answer: (count: number, response: ServerResponse) => void) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const body = JSON.parse(await text(request)) as Record<string, unknown>
    received.push({ headers: request.headers, body })
    answer(received.length, response)
    response.end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` }
}

const settled = (bench: Bench) => expect.poll(() => bench.simulator.truth().webhooks.pending).toBe(0)
const orders = (count: number) => Array.from({ length: count }, (_, index) => ({ leadId: `lead_${index}` }))
const leadIds = (received: Received[]) => received.map(({ body }) => body['leadId'])

test('an order becomes a webhook with the documented payload and the set headers', async () => {
  const { received, url } = await startReceiver(() => {})
  const bench = await startBench({ webhooks: { url, headers: { 'X-Webhook-Secret': 'hush' } } })
  bench.simulator.control({
    leads: [{ leadId: 'lead_1', phone: '+12125550123', firstName: 'Ada' }],
    submit: [{ event: 'lead.delivered', leadId: 'lead_1', campaignId: 'HXZ', submissionId: 'sub_1' }],
  })
  await settled(bench)
  expect(received[0]?.headers['x-webhook-secret']).toBe('hush')
  expect(received[0]?.body).toEqual({
    event: 'lead.delivered',
    leadId: 'lead_1',
    submissionId: 'sub_1',
    campaignId: 'HXZ',
    status: 'delivered',
    timestamp: new Date(bench.now()).toISOString(),
    data: { firstName: 'Ada', lastName: expect.any(String), email: expect.any(String), phone: '+12125550123' },
  })
  expect(bench.simulator.truth().webhooks.deliveries).toMatchObject([{ tries: 1, status: 200, delivered: true }])
})

test('a submitted lead is processed and told', async () => {
  const { received, url } = await startReceiver(() => {})
  const bench = await startBench({ webhooks: { url } })
  const lead = { firstName: 'Ada', lastName: 'Reed', email: 'ada@example.com', phone: '(212) 555-0123' }
  const { body } = await bench.post('/leads/submit', { campaignId: 'HXZ', ...lead })
  await settled(bench)
  expect(received[0]?.body).toMatchObject({
    event: 'lead.processed',
    leadId: body.data['leadId'],
    submissionId: body.data['submissionId'],
    data: { ...lead, phone: '+12125550123' },
  })
})

test('5xx and 429 are tried again with the same body, a few times; 4xx is final', async () => {
  const statuses = [503, 429, 200]
  const { received, url } = await startReceiver((count, response) => {
    response.statusCode = statuses[count - 1] ?? 404
  })
  const bench = await startBench({ webhooks: { url, retryDelayMs: 5 } })
  bench.simulator.control({ submit: orders(1) })
  await settled(bench)
  expect(received).toHaveLength(3)
  expect(received[2]?.body).toEqual(received[0]?.body)
  bench.simulator.control({ submit: orders(1) })
  await settled(bench)
  expect(received).toHaveLength(4)
  expect(bench.simulator.truth().webhooks.deliveries).toMatchObject([
    { tries: 3, status: 200, delivered: true },
    { tries: 1, status: 404, delivered: false },
  ])
})

test('it gives up after the configured tries, also when nobody listens', async () => {
  const { received, url } = await startReceiver((_count, response) => {
    response.statusCode = 500
  })
  const bench = await startBench({ webhooks: { url, retryDelayMs: 1, retryAttempts: 3 } })
  bench.simulator.control({ submit: orders(1) })
  await settled(bench)
  expect(received).toHaveLength(3)
  bench.simulator.control({ webhooks: { url: 'http://127.0.0.1:1/' }, submit: orders(1) })
  await settled(bench)
  expect(bench.simulator.truth().webhooks.deliveries[1]).toMatchObject({ tries: 3, delivered: false })
})

test('dropped, doubled and shuffled as asked', async () => {
  const { received, url } = await startReceiver(() => {})
  const bench = await startBench({ webhooks: { url, dropped: 0.5 } })
  bench.simulator.control({ submit: orders(200) })
  await settled(bench)
  const { dropped } = bench.simulator.truth().webhooks
  expect(dropped).toBeGreaterThan(60)
  expect(received).toHaveLength(200 - dropped)

  received.length = 0
  bench.simulator.control({ webhooks: { dropped: 0, doubled: 1, shuffled: true }, submit: orders(50) })
  await settled(bench)
  expect(received).toHaveLength(100)
  expect(new Set(leadIds(received)).size).toBe(50)
  expect(leadIds(received)).not.toEqual(leadIds(received).toSorted())
  const ofOne = received.filter(({ body }) => body['leadId'] === 'lead_7')
  expect(ofOne[0]?.body).toEqual(ofOne[1]?.body)
})

test('without a url nothing is sent', async () => {
  const bench = await startBench()
  bench.simulator.control({ submit: orders(3) })
  expect(bench.simulator.truth().webhooks).toEqual({ pending: 0, dropped: 0, deliveries: [] })
})
