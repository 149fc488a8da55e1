import { verify } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import type { ControlInput } from '../control.ts'
import { ACTION_SECRET } from './call-log.ts'
import { USUAL_LOCATION } from './control.ts'
import { type Bench, startBench } from './testing.ts'

interface Received {
  headers: IncomingMessage['headers']
  raw: string
  body: Record<string, unknown>
}

/** A receiver that keeps what it got, and a LeadConnector that sends there. */
async function startBoth(control: Partial<ControlInput> = {}, statuses: number[] = []) {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const raw = await text(request)
    received.push({ headers: request.headers, raw, body: JSON.parse(raw) })
    response.writeHead(statuses[received.length - 1] ?? 200).end()
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`
  const bench = await startBench({ ...control, leadconnector: { webhooks: { url }, ...control.leadconnector } })
  return { bench, received }
}

const settled = (bench: Bench) => expect.poll(() => bench.simulator.truth().webhooks.pending).toBe(0)
const ring = { contactId: 'c1', agentId: 'a1', createdAgoMs: 60_000, lengthMs: 30_000 }

test('the end of a call is told with its log, signed over the raw body by the key of this simulator', async () => {
  const { bench, received } = await startBoth()
  bench.simulator.control({ leadconnector: { calls: [{ ...ring, status: 'qualified' }] } })
  await settled(bench)
  const [{ headers, raw, body } = { headers: {}, raw: '', body: {} }] = received
  const { body: page } = await bench.list()
  const [log] = page['callLogs'] as Record<string, unknown>[]
  const { executedCallActions: actions, ...same } = log ?? {}
  expect(body).toMatchObject({
    ...same,
    type: 'VoiceAiCallEnd',
    locationId: USUAL_LOCATION,
    timestamp: new Date(bench.now()).toISOString(),
    webhookId: expect.any(String),
    executedCallActions: [{ actionType: 'CUSTOM_ACTION' }, { actionType: 'APPOINTMENT_BOOKING' }],
  })
  expect(body['executedCallActions']).toMatchObject([{ _id: (actions as { actionId: string }[])[0]?.actionId }, {}])
  expect(raw).toContain(ACTION_SECRET)

  const told = await (await fetch(`${bench.simulator.url}/_control`)).json()
  expect(told).toMatchObject({ leadConnectorPublicKey: bench.simulator.leadConnectorPublicKey })
  const signature = Buffer.from(String(headers['x-ghl-signature']), 'base64')
  const isSigned = (signed: string) =>
    verify(null, Buffer.from(signed), bench.simulator.leadConnectorPublicKey, signature)
  expect([isSigned(raw), isSigned(`${raw} `)]).toEqual([true, false])
})

test('a call is told once, when it is over', async () => {
  const { bench, received } = await startBoth({ scripts: { '*': [{ status: 'busy', lengthMs: 5_000 }] } })
  await bench.ask('POST', '/contacts/c1/workflow/w1', { body: {} })
  bench.advance(7_999)
  bench.simulator.control({})
  expect(bench.simulator.truth().webhooks.deliveries).toEqual([])
  bench.advance(1)
  await expect.poll(() => received.length).toBe(1)
  bench.simulator.control({})
  await settled(bench)
  expect(received).toHaveLength(1)
  expect(received[0]?.body).toMatchObject({ type: 'VoiceAiCallEnd', contactId: 'c1', duration: 0, transcript: '' })
})

test('texts of contacts and their wishes are told', async () => {
  const { bench, received } = await startBoth({ leads: [{ leadId: 'c1', phone: '+12125550123' }] })
  bench.simulator.control({
    leadconnector: {
      inbound: [{ contactId: 'c1', text: 'STOP' }],
      dnd: [{ contactId: 'c1', channels: { SMS: 'permanent' } }],
    },
  })
  await settled(bench)
  expect(received.map(({ body }) => body)).toMatchObject([
    { type: 'InboundMessage', contactId: 'c1', body: 'STOP', messageType: 'SMS', direction: 'inbound' },
    {
      type: 'ContactDndUpdate',
      id: 'c1',
      phone: '+12125550123',
      dnd: false,
      dndSettings: { SMS: { status: 'permanent' } },
    },
  ])
})

test('only a 429 is tried again, with the same body', async () => {
  const { bench, received } = await startBoth({ webhooks: { retryDelayMs: 5 } }, [429, 429, 500, 503])
  bench.simulator.control({ leadconnector: { calls: [ring] } })
  await settled(bench)
  bench.simulator.control({ leadconnector: { calls: [ring] } })
  await settled(bench)
  expect(received.map(({ body }) => body['webhookId'] === received[0]?.body['webhookId'])).toEqual([
    true,
    true,
    true,
    false,
  ])
  expect(bench.simulator.truth().webhooks.deliveries).toMatchObject([
    { tries: 3, status: 500, delivered: false },
    { tries: 1, status: 503, delivered: false },
  ])
})

test('it gives up after seven tries, and sends as badly as it is told', async () => {
  const { bench, received } = await startBoth({ webhooks: { retryDelayMs: 1, doubled: 1 } }, Array(14).fill(429))
  bench.simulator.control({ leadconnector: { calls: [ring] } })
  await settled(bench)
  expect(received).toHaveLength(14)
  expect(new Set(received.map(({ raw }) => raw)).size).toBe(1)
  bench.simulator.control({ webhooks: { dropped: 1 }, leadconnector: { calls: [ring] } })
  await settled(bench)
  expect(bench.simulator.truth().webhooks).toMatchObject({ dropped: 1, deliveries: [{ tries: 7 }, { tries: 7 }] })
})
