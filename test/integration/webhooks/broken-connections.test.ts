import { once } from 'node:events'
import { expect, onTestFinished, test } from 'vitest'
import { type HttpTimeouts, listen } from '../../../src/http/server.ts'
import { createReceiver } from '../../../src/webhooks/accept.ts'
import type { Source } from '../../../src/webhooks/source.ts'
import { type Stage, startStage } from '../../support/stage.ts'
import { deliver, fromLeadSail, leadSailEvent } from './deliveries.ts'
import { openRawSocket, postHead } from './raw-socket.ts'

async function expectAlive(stage: Stage, leadId: string): Promise<void> {
  const answer = await deliver(stage.url, fromLeadSail(leadSailEvent(leadId)))
  expect(answer.status).toBe(202)
  await stage.event(String(answer.body['eventId']))
}

const secret = fromLeadSail({}).headers as Record<string, string>

test('a body that stops half-way is answered 400, stores nothing and hurts nobody', async () => {
  const stage = await startStage()
  const heads = [
    postHead('/webhooks/leadsail', { ...secret, 'Content-Length': 1000 }),
    `${postHead('/webhooks/leadsail', { ...secret, 'Transfer-Encoding': 'chunked' })}400\r\n`,
  ]
  for (const head of heads) {
    await using raw = await openRawSocket(stage.url)
    raw.socket.end(`${head}{"event":"lead.processed"`)
    const answer = await raw.closed
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*"detail":"the request stopped half-way"}$/)
  }
  expect((await stage.api('/events')).body).toEqual({ events: [] })
  await expectAlive(stage, 'lead_1')
})

test('a connection that is reset in the middle hurts nobody', async () => {
  const stage = await startStage()
  for (const sent of ['POST /webhooks', postHead('/webhooks/leadsail', { ...secret, 'Content-Length': 1000 })]) {
    for (let at = 0; at < 20; at += 1) {
      await using raw = await openRawSocket(stage.url)
      raw.socket.write(`${sent}{"event":`)
      raw.socket.resetAndDestroy()
      await once(raw.socket, 'close')
    }
  }
  expect((await stage.api('/events')).body).toEqual({ events: [] })
  await expectAlive(stage, 'lead_1')
})

test('a whole request whose sender leaves before the answer is one event, and its repeat is told so', async () => {
  const stage = await startStage()
  const delivery = fromLeadSail(leadSailEvent('lead_1'))
  const head = postHead('/webhooks/leadsail', { ...secret, 'Content-Length': delivery.body.length })
  for (let at = 0; at < 5; at += 1) {
    await using raw = await openRawSocket(stage.url)
    raw.socket.end(head + delivery.body.toString())
    await raw.closed
  }
  await stage.journey('lead_1', () => true)
  const repeat = await deliver(stage.url, delivery)
  expect([repeat.status, repeat.body['status']]).toEqual([200, 'duplicate'])
  const { events } = (await stage.api<{ events: unknown[] }>('/events')).body
  expect(events).toMatchObject([{ id: repeat.body['eventId'], duplicates: 5 }])
})

test('what is no HTTP is told so, never as the answer to the request before it', async () => {
  const stage = await startStage()
  const { body } = fromLeadSail(leadSailEvent('lead_1'))
  const whole = postHead('/webhooks/leadsail', { ...secret, 'Content-Length': body.length }) + body.toString()
  const twice = postHead('/webhooks/leadsail', { ...secret, 'Content-Length': `5\r\nContent-Length: 6` })
  const large = postHead('/webhooks/leadsail', { ...secret, 'X-Large': 'x'.repeat(20_000) })
  const expected: [sent: string, answers: string[]][] = [
    ['nonsense\r\n\r\n', ['400']],
    [twice, ['400']],
    [large, ['431']],
    [`${whole}nonsense\r\n\r\n`, ['202']],
    // Answered before its body came: what breaks in that body is no second answer.
    [`${postHead('/webhooks/vapi', { 'Transfer-Encoding': 'chunked' })}not a length\r\n`, ['404']],
  ]
  for (const [sent, answers] of expected) {
    await using raw = await openRawSocket(stage.url)
    raw.socket.write(sent)
    const text = await raw.closed
    const statuses = [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(match => match[1])
    expect([sent.slice(0, 40), statuses]).toEqual([sent.slice(0, 40), answers])
  }
  await expectAlive(stage, 'lead_2')
})

test('a sender that is too slow is cut, one that is quick is not', async () => {
  const timeouts: HttpTimeouts = { keepAliveMs: 5_000, headersMs: 100, requestMs: 200, checkMs: 20 }
  const server = await listen(
    (request, response) => request.resume().once('end', () => response.end('read')),
    { host: '127.0.0.1', port: 0 },
    timeouts,
  )
  onTestFinished(() => server.close(0))
  const url = `http://127.0.0.1:${server.port}`
  const slow = ['POST / HTTP/1.1\r\nHost: a\r\nX-Slow: ', postHead('/', { 'Content-Length': 10 })]
  for (const head of slow) {
    await using raw = await openRawSocket(url)
    raw.socket.write(head)
    expect(await raw.closed).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/)
  }
  await using raw = await openRawSocket(url)
  raw.socket.write(`${postHead('/', { 'Content-Length': 2 })}hi`)
  await expect.poll(() => raw.received()).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*read/)
}, 5_000)

test('a fault of our own while receiving asks the sender to come again, and is logged', async () => {
  const stage = await startStage()
  const broken: Source = {
    name: 'broken',
    busyStatus: 503,
    isAuthentic: () => true,
    ownId: () => {
      throw new TypeError('our own bug')
    },
  }
  const { logger } = stage.app
  const accept = () => Promise.reject(new Error('not reached'))
  const receiver = createReceiver({ events: { accept }, handOver: () => {}, clock: stage.clock, logger })
  const delivery = { headers: {}, contentType: 'application/json', raw: Buffer.from('{}') }
  expect(await receiver.receive(broken, delivery)).toEqual({ result: 'unavailable' })
  expect(stage.lines.find(line => line['msg'] === 'delivery.failed')).toMatchObject({
    level: 'error',
    source: 'broken',
    err: { message: 'our own bug' },
  })
})
