import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Source } from '../../../src/webhooks/source.ts'
import { createStandardSource, signStandard } from '../../../src/webhooks/sources/standard.ts'
import { hmacSha256, signingKey } from '../../../src/webhooks/verify.ts'
import { startStage } from '../../support/stage.ts'
import { callRequested, type Delivery, deliver, fromStandard, keyOf, standardKey } from './deliveries.ts'

/** The vector of the Standard Webhooks reference libraries, and a second one made by the same scheme. */
const SECRET = keyOf('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')
const vectors = [
  {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    body: '{"test": 2432232314}',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  {
    id: 'msg_demo_0001',
    timestamp: '1700000000',
    body: '{"test":2432232314}',
    signature: 'v1,NxBvSHcqA2wEsOI8SyNWJqWMGBifvbPPWnZv9QRV0uE=',
  },
] as const
type Vector = { id: string; timestamp: string; body: string; signature: string }

function isAuthentic(source: Source, vector: Vector, nowMs = Number(vector.timestamp) * 1000): boolean {
  const headers = {
    'webhook-id': [vector.id],
    'webhook-timestamp': [vector.timestamp],
    'webhook-signature': [vector.signature],
  }
  return source.isAuthentic({ headers, raw: Buffer.from(vector.body), nowMs })
}

const source = createStandardSource([SECRET])

describe('the signature of Standard Webhooks', () => {
  test.each(vectors)('$id verifies, and is what we sign ourselves', vector => {
    expect(isAuthentic(source, vector)).toBe(true)
    const raw = Buffer.from(vector.body)
    const signed = signStandard({ secret: SECRET, id: vector.id, atMs: Number(vector.timestamp) * 1000, raw })
    expect(signed['webhook-signature']).toBe(vector.signature)
  })

  test.each<[what: string, change: (vector: Vector) => Partial<Vector>]>([
    ['another body', ({ body }) => ({ body: body.replace('2432232314', '2432232315') })],
    ['a truncated body', ({ body }) => ({ body: body.slice(0, -1) })],
    ['a body that was parsed and written anew', ({ body }) => ({ body: JSON.stringify(JSON.parse(body), null, 2) })],
    ['an empty body', () => ({ body: '' })],
    ['another id', ({ id }) => ({ id: `${id}x` })],
    ['another timestamp', ({ timestamp }) => ({ timestamp: String(Number(timestamp) + 1) })],
    ['one sign of the signature changed', ({ signature }) => ({ signature: signature.replace(/\w=$/, '_=') })],
    ['a truncated signature', ({ signature }) => ({ signature: signature.slice(0, -2) })],
    ['a signature without its version', ({ signature }) => ({ signature: signature.slice('v1,'.length) })],
    ['the asymmetric version v1a', ({ signature }) => ({ signature: signature.replace('v1,', 'v1a,') })],
    ['an empty signature', () => ({ signature: '' })],
  ])('%s does not verify', (_, change) => {
    for (const vector of vectors) expect(isAuthentic(source, { ...vector, ...change(vector) })).toBe(false)
  })

  test('is good for 300 s before and after its time, and not a moment longer', () => {
    for (const vector of vectors) {
      const atMs = Number(vector.timestamp) * 1000
      for (const offMs of [-300_000, 0, 300_000]) expect(isAuthentic(source, vector, atMs + offMs)).toBe(true)
      for (const offMs of [-300_001, 300_001]) expect(isAuthentic(source, vector, atMs + offMs)).toBe(false)
    }
  })

  test('a time that is no whole number of seconds is refused, however well it is signed', () => {
    const [{ id, body, timestamp }] = vectors
    const sign = (text: string): Vector => {
      const mac = hmacSha256(signingKey(SECRET), `${id}.${text}.`, Buffer.from(body))
      return { id, body, timestamp: text, signature: `v1,${mac.toString('base64')}` }
    }
    const nowMs = Number(timestamp) * 1000
    expect(isAuthentic(source, sign(timestamp), nowMs)).toBe(true)
    const odd = ['now', 'NaN', `+${timestamp}`, ` ${timestamp}`, `${timestamp}.5`, `${timestamp}e0`, `${timestamp}000`]
    for (const text of [...odd, '0x60383cf2', new Date(nowMs).toISOString()]) {
      expect([text, isAuthentic(source, sign(text), nowMs)]).toEqual([text, false])
    }
  })

  test('is found among several, whatever stands beside it', () => {
    const [vector] = vectors
    const others = ['v1a,abc=', 'v1,AAAA', 'v2,xyz', '']
    const noise = fc.array(fc.constantFrom(...others), { maxLength: 5 })
    fc.assert(
      fc.property(noise, noise, (before, after) => {
        const signature = [...before, vector.signature, ...after].join(' ')
        expect(isAuthentic(source, { ...vector, signature })).toBe(true)
        expect(isAuthentic(source, { ...vector, signature: [...before, ...after].join(' ') })).toBe(false)
      }),
    )
  })

  test('verifies with either of two secrets, and with neither of two others', () => {
    const other = Buffer.alloc(32, 7)
    for (const vector of vectors) {
      expect(isAuthentic(createStandardSource([SECRET, other]), vector)).toBe(true)
      expect(isAuthentic(createStandardSource([other, SECRET]), vector)).toBe(true)
      expect(isAuthentic(createStandardSource([other, Buffer.alloc(32, 8)]), vector)).toBe(false)
    }
  })

  test.each(['webhook-id', 'webhook-timestamp', 'webhook-signature'])('needs exactly one %s', name => {
    const [vector] = vectors
    const headers = {
      'webhook-id': [vector.id],
      'webhook-timestamp': [vector.timestamp],
      'webhook-signature': [vector.signature],
    }
    const request = { raw: Buffer.from(vector.body), nowMs: Number(vector.timestamp) * 1000 }
    const values = headers[name as keyof typeof headers]
    for (const wrong of [undefined, [], [''], [...values, ...values], [...values, 'other']]) {
      expect(source.isAuthentic({ ...request, headers: { ...headers, [name]: wrong } })).toBe(false)
    }
  })
})

test('every refusal over HTTP is the very same 401, and nothing is stored', async () => {
  const second = Buffer.alloc(32, 9)
  const third = Buffer.alloc(32, 10)
  const secrets = [standardKey, second].map(key => `whsec_${key.toString('base64')}`)
  const stage = await startStage({ env: { WEBHOOK_SECRET: secrets.join(',') } })
  const atMs = stage.clock.now()
  const good = fromStandard(callRequested('lead_1'), { id: 'msg_1', atMs })
  const { 'webhook-signature': signature, 'webhook-timestamp': timestamp } = good.headers

  const withHeaders = (headers: Record<string, unknown>): Delivery => ({
    ...good,
    headers: { ...good.headers, ...headers } as Delivery['headers'],
  })
  const without = (name: string): Delivery => ({
    ...good,
    headers: Object.fromEntries(Object.entries(good.headers).filter(([key]) => key !== name)),
  })
  const refused: Record<string, Delivery> = {
    'wrong signature': withHeaders({ 'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}` }),
    'v1a only': withHeaders({ 'webhook-signature': String(signature).replace('v1,', 'v1a,') }),
    'unknown secret': fromStandard(good.body, { id: 'msg_1', atMs, key: third }),
    stale: fromStandard(good.body, { id: 'msg_1', atMs: atMs - 302_000 }),
    future: fromStandard(good.body, { id: 'msg_1', atMs: atMs + 302_000 }),
    'replayed with another timestamp': withHeaders({ 'webhook-timestamp': String(Number(timestamp) + 1) }),
    'replayed with another id': withHeaders({ 'webhook-id': 'msg_2' }),
    'truncated body': { ...good, body: good.body.subarray(0, -1) },
    're-serialised body': { ...good, body: Buffer.from(JSON.stringify(JSON.parse(good.body.toString()), null, 1)) },
    'two signatures in two headers': withHeaders({ 'webhook-signature': [signature, signature] }),
    'two timestamps': withHeaders({ 'webhook-timestamp': [timestamp, timestamp] }),
    'two ids': withHeaders({ 'webhook-id': ['msg_1', 'msg_1'] }),
    'no signature': without('webhook-signature'),
    'no timestamp': without('webhook-timestamp'),
    'no id': without('webhook-id'),
  }
  const texts = new Set<string>()
  for (const [what, delivery] of Object.entries(refused)) {
    const answer = await deliver(stage.url, delivery)
    expect([what, answer.status]).toEqual([what, 401])
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    texts.add(answer.text)
  }
  expect([...texts]).toHaveLength(1)
  expect((await stage.api('/events')).body).toEqual({ events: [] })

  // Each of the two secrets opens; several signatures in one header are one header.
  const rotated = fromStandard(callRequested('lead_2'), { id: 'msg_2', atMs, key: second })
  const several = withHeaders({ 'webhook-signature': `v1a,abc v1,AAAA ${signature}` })
  for (const delivery of [several, rotated]) expect((await deliver(stage.url, delivery)).status).toBe(202)
})
