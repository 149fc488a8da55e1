import { expect, test } from 'vitest'
import { startStage } from '../../support/stage.ts'
import { callRequested, type Delivery, deliver, fromLeadSail, fromStandard, leadSailEvent } from './deliveries.ts'
import { openRawSocket, postHead } from './raw-socket.ts'

const LIMIT = 1_048_576

/** In the order in which they are asked. Each spoils a good delivery in one way. */
const faults = [404, 405, 413, 415, 401, 400] as const
type Fault = (typeof faults)[number]

function spoil(wrong: readonly Fault[], atMs: number): Delivery {
  const text = wrong.includes(400) ? '{"type":"no.such"}' : JSON.stringify(callRequested('lead_1'))
  const body = Buffer.from(wrong.includes(413) ? text.padEnd(LIMIT + 1) : text)
  const signed = fromStandard(body, { id: 'msg_1', atMs })
  return {
    ...signed,
    method: wrong.includes(405) ? 'PUT' : 'POST',
    path: wrong.includes(404) ? '/webhooks/vapi' : '/webhooks/standard',
    headers: {
      ...signed.headers,
      ...(wrong.includes(415) ? { 'content-type': 'text/plain' } : {}),
      ...(wrong.includes(401) ? { 'webhook-signature': 'v1,AAAA' } : {}),
    },
  }
}

test('of two things that are wrong the first in the order 404, 405, 413, 415, 401, 400 is answered', async () => {
  const stage = await startStage()
  const pairs = faults.flatMap((first, at) => faults.slice(at).map(second => [first, second] as const))
  for (const [first, second] of pairs) {
    const answer = await deliver(stage.url, spoil([first, second], stage.clock.now()))
    expect(`${first}+${second}: ${answer.status}`).toBe(`${first}+${second}: ${first}`)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(answer.body).toMatchObject({ status: first, title: expect.any(String), detail: expect.any(String) })
    expect(answer.headers['allow']).toBe(first === 405 ? 'POST' : undefined)
  }
  expect((await stage.api('/events')).body).toEqual({ events: [] })
  expect((await deliver(stage.url, spoil([], stage.clock.now()))).status).toBe(202)
})

test('a source that is not set up is not there, whoever asks and however', async () => {
  const stage = await startStage({ env: { WEBHOOK_SECRET: '' } })
  const signed = fromStandard(callRequested('lead_1'), { id: 'msg_1', atMs: stage.clock.now() })
  for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS']) {
    expect((await deliver(stage.url, { ...signed, method })).status).toBe(404)
  }
  const paths = ['/webhooks', '/webhooks/', '/webhooks/Leadsail', '/webhooks/leadsail/more', '/webhooks/__proto__']
  for (const path of [...paths, '/webhooks/%zz', '/webhooks/leadsail%2F', '/webhooks/constructor']) {
    const answer = await deliver(stage.url, { ...fromLeadSail(leadSailEvent('lead_1')), path })
    expect([path, answer.status]).toEqual([path, 404])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  }
})

test('a body may hold 1,048,576 bytes and not one more, announced or not', async () => {
  const stage = await startStage()
  for (const chunked of [false, true]) {
    const phone = chunked ? '+12025550123' : '+12025550124'
    const text = JSON.stringify(leadSailEvent(`lead_${chunked}`, { data: { phone } }))
    const send = (length: number) => deliver(stage.url, { ...fromLeadSail(Buffer.from(text.padEnd(length))), chunked })
    expect((await send(LIMIT + 1)).status).toBe(413)
    expect((await send(2 * LIMIT)).status).toBe(413)
    const taken = await send(LIMIT)
    expect(taken.status).toBe(202)
    expect(await stage.event(String(taken.body['eventId']))).toMatchObject({ state: 'processed', duplicates: 0 })
  }

  // What is too much is let pass: the connection serves the next request.
  const secret = fromLeadSail({}).headers as Record<string, string>
  const heads = [{ 'Content-Length': 2 * LIMIT }, { 'Transfer-Encoding': 'chunked' }]
  for (const length of heads) {
    await using raw = await openRawSocket(stage.url)
    const body = 'x'.repeat(2 * LIMIT)
    const isChunked = 'Transfer-Encoding' in length
    raw.socket.write(postHead('/webhooks/leadsail', { ...secret, ...length }))
    raw.socket.write(isChunked ? `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n` : body)
    raw.socket.write(postHead('/webhooks/leadsail', { ...secret, 'Content-Length': 0 }))
    await expect
      .poll(() => [...raw.received().matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status))
      .toEqual(['413', isChunked ? '200' : '202'])
  }

  // Told at once, before a byte of it was sent, whatever else is wrong.
  await using raw = await openRawSocket(stage.url)
  raw.socket.write(postHead('/webhooks/leadsail', { 'Content-Length': LIMIT + 1, 'Content-Encoding': 'gzip' }))
  await expect.poll(() => raw.received()).toMatch(/^HTTP\/1\.1 413 [\s\S]*larger than 1048576 bytes"}$/)
})

test('only JSON is read, and only as it is', async () => {
  const stage = await startStage()
  const send = (leadId: string, headers: Record<string, string>) => {
    const delivery = fromLeadSail(leadSailEvent(leadId))
    return deliver(stage.url, { ...delivery, headers: { ...delivery.headers, ...headers } })
  }
  const wrong = ['', 'text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', 'json', 'text/json']
  for (const type of wrong) {
    expect([type, (await send('lead_1', { 'content-type': type })).status]).toEqual([type, 415])
  }
  for (const encoding of ['gzip', 'br', 'deflate, gzip', 'nonsense']) {
    expect((await send('lead_1', { 'content-encoding': encoding })).status).toBe(415)
  }
  const right = ['application/json; charset=utf-8', 'Application/JSON', 'application/cloudevents+json']
  for (const [at, type] of right.entries()) {
    expect([type, (await send(`lead_${at}`, { 'content-type': type })).status]).toEqual([type, 202])
  }
})

test('answers say nothing of what runs here, and connections are kept', async () => {
  const stage = await startStage()
  const good = (leadId: string) => fromLeadSail(leadSailEvent(leadId))
  const deliveries = [good('lead_1'), good('lead_1'), spoil([401], stage.clock.now()), spoil([404], stage.clock.now())]
  for (const delivery of deliveries) {
    const { headers } = await deliver(stage.url, delivery)
    for (const name of ['x-powered-by', 'server', 'etag']) expect(headers[name]).toBeUndefined()
    expect(headers['keep-alive']).toBe('timeout=75')
  }

  // Three requests one after the other on one connection, the second refused with its body unread.
  await using raw = await openRawSocket(stage.url)
  const { body, headers } = good('lead_2')
  const head = (path: string) =>
    postHead(path, { ...(headers as Record<string, string>), 'Content-Length': body.length })
  const answers = () => [...raw.received().matchAll(/HTTP\/1\.1 (\d{3})/g)].map(match => match[1])
  for (const [at, path] of ['/webhooks/leadsail', '/webhooks/vapi', '/webhooks/leadsail'].entries()) {
    raw.socket.write(Buffer.concat([Buffer.from(head(path)), body]))
    await expect.poll(answers).toHaveLength(at + 1)
  }
  expect(answers()).toEqual(['202', '404', '200'])
})
