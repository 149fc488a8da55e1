import { expect, test } from 'vitest'
import { exchangeOf } from '../../../src/errors.ts'
import { client, errorOfCall, Ok } from './calls.ts'
import { serve, serveAnswer } from './servers.ts'

const secret = 'key_0123456789'

test('an error takes along what was asked and answered, bounded and without our key', async () => {
  const echo = { message: `no key ${secret} for ann@example.com`, fill: 'x'.repeat(10_000) }
  await using server = await serveAnswer(400, echo)
  await using http = client(server.url)
  const path = { route: '/leads/{leadId}', params: { leadId: 'lead_1' } }
  const error = await errorOfCall(http.act('POST', path, { phone: '+12025550123', key: secret }, Ok))
  const exchange = exchangeOf(error)
  expect(exchange).toMatchObject({
    method: 'POST',
    route: '/leads/{leadId}',
    status: 400,
    requestId: expect.stringMatching(/^[0-9a-f]{32}$/),
    durationMs: expect.any(Number),
    request: '{"phone":"+12025550123","key":"[secret]"}',
  })
  expect(exchange?.answer).toMatch(/^\{"message":"no key \[secret\] for ann@example\.com","fill":"x+…$/)
  expect(exchange?.answer?.length).toBeLessThanOrEqual(2_001)
})

test('a request that was never answered is told of all the same', async () => {
  await using server = await serve(response => void response.socket?.destroy())
  await using http = client(server.url)
  const exchange = exchangeOf(await errorOfCall(http.act('POST', '/thing', { a: 1 }, Ok)))
  expect(exchange).toMatchObject({ method: 'POST', route: '/thing', request: '{"a":1}' })
  expect(exchange).not.toHaveProperty('status')
  expect(exchange).not.toHaveProperty('answer')
})

test('what is about several people is kept with none of them', async () => {
  await using server = await serveAnswer(400, { message: 'no' })
  await using http = client(server.url)
  const exchange = exchangeOf(await errorOfCall(http.act('POST', '/thing', { a: 1 }, Ok, { isShared: true })))
  expect(exchange).toMatchObject({ route: '/thing', status: 400 })
  expect(exchange).not.toHaveProperty('request')
  expect(exchange).not.toHaveProperty('answer')
})

test('an answer that fits and says no has its exchange too', async () => {
  await using server = await serveAnswer(200, { ok: false })
  await using http = client(server.url)
  const refusalIn = ({ ok }: { ok: boolean }) => (ok ? undefined : { kind: 'refused' as const, code: 'NOT_OK' })
  const error = await errorOfCall(http.act('POST', '/thing', {}, Ok, { refusalIn }))
  expect(error).toMatchObject({ name: 'RejectedError', code: 'NOT_OK', status: 200 })
  expect(exchangeOf(error)).toMatchObject({ status: 200, answer: '{"ok":false}' })
})
