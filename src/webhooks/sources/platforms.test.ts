import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { pemPair } from '../../../test/support/pem-pair.ts'
import type { Source } from '../source.ts'
import { createBlandSource } from './bland.ts'
import { createElevenLabsSource, signElevenLabs } from './elevenlabs.ts'
import { createLeadConnectorSource, signLeadConnector } from './leadconnector.ts'
import { createRetellSource, signRetell } from './retell.ts'
import { createTwilioSource, signTwilio } from './twilio.ts'
import { createVapiSource, signVapi } from './vapi.ts'

/** Values that the schemes give for made-up secrets. */
const SECRET = 'demo_secret'
const AT_MS = 1_700_000_000_000
const BODY = '{"test":2432232314}'
const HASH = createHash('sha256').update(BODY).digest('hex')
const HMAC = 'a8732b394171e9bd2874a6399002ff5f36d7a5a22f299811f71f3a2b17921111'
const FORM = 'application/x-www-form-urlencoded'

interface Vector {
  body: string
  headers: Record<string, string>
  target?: string
  atMs?: number
}

function isAuthentic(source: Source, { body, headers, target = '/', atMs = AT_MS }: Vector): boolean {
  const distinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
  return source.isAuthentic({ headers: distinct, raw: Buffer.from(body), nowMs: atMs, target })
}

const elevenlabs = createElevenLabsSource([SECRET])
const vapi = createVapiSource([SECRET])
const retell = createRetellSource([SECRET])
const bland = createBlandSource([SECRET])
const twilio = createTwilioSource(['demo_token'], 'https://example.com')

const vectors: [name: string, source: Source, vector: Vector][] = [
  ['ElevenLabs', elevenlabs, { body: BODY, headers: { 'elevenlabs-signature': `t=1700000000,v0=${HMAC}` } }],
  ['Vapi', vapi, { body: BODY, headers: { 'x-timestamp': '1700000000', 'x-signature': HMAC } }],
  [
    'Retell',
    retell,
    {
      body: BODY,
      headers: {
        'x-retell-signature': 'v=1700000000000,d=ffcfa5fe0c5f18cb6fee51805ff4c9c67d0473bce26675e3b0ce2d8d4927902c',
      },
    },
  ],
  [
    'Bland',
    bland,
    {
      body: BODY,
      headers: { 'x-webhook-signature': 'dddd9f053d4b5f7dea1340b04445deb3c37693fe9448fc5a62cd412d96dcfffc' },
    },
  ],
  [
    'Twilio, a form',
    twilio,
    {
      body: 'CallStatus=completed&CallSid=CA123',
      target: '/hook',
      headers: { 'content-type': FORM, 'x-twilio-signature': 'eqE5YNijsQNvYrMSph7VoEOLZJU=' },
    },
  ],
  [
    'Twilio, JSON',
    twilio,
    {
      body: BODY,
      target: '/hook?bodySHA256=e0eb5a1be42f0c58ff6cde38c6c063147f621cdaa8f26ff3c4c6880f510bf409',
      headers: { 'content-type': 'application/json', 'x-twilio-signature': 'eiJqqqSIVU58oQDftvfORYAmCH4=' },
    },
  ],
]

describe.each(vectors)('the signature of %s', (_name, source, vector) => {
  test('verifies', () => {
    expect(isAuthentic(source, vector)).toBe(true)
  })

  test.each<[what: string, change: (body: string) => string]>([
    ['with another value', body => body.replace(/.(?=.$)/, '7')],
    ['truncated', body => body.slice(0, -1)],
    ['with something behind it', body => `${body} `],
    ['empty', () => ''],
  ])('does not verify a body %s', (_what, change) => {
    expect(isAuthentic(source, { ...vector, body: change(vector.body) })).toBe(false)
  })

  test('verifies no other signature', () => {
    const names = Object.keys(vector.headers).filter(name => /signature/.test(name))
    for (const name of names) {
      const value = String(vector.headers[name])
      const others = ['', value.slice(0, -1), `${value}0`, value.slice(1), value.replace(/(.)(?=.{3}$)/, '!')]
      for (const other of others) {
        const headers = { ...vector.headers, [name]: other }
        expect([other, isAuthentic(source, { ...vector, headers })]).toEqual([other, false])
      }
      const { [name]: _, ...missing } = vector.headers
      expect(isAuthentic(source, { ...vector, headers: missing })).toBe(false)
    }
  })
})

const named: [name: string, source: Source, same: [object, object], others: object[], nameless: object[]][] = [
  [
    'ElevenLabs',
    elevenlabs,
    [
      { type: 'a', data: { conversation_id: 'x' } },
      { type: 'a', event_timestamp: 1, data: { conversation_id: 'x', status: 'done' } },
    ],
    [
      { type: 'b', data: { conversation_id: 'x' } },
      { type: 'a', data: { conversation_id: 'y' } },
    ],
    [{ type: 'a', data: {} }, { type: 'a', data: { conversation_id: '' } }, { data: { conversation_id: 'x' } }],
  ],
  [
    'Vapi',
    vapi,
    [{ message: { type: 'a', call: { id: 'x' } } }, { message: { type: 'a', call: { id: 'x', more: 1 } }, more: 1 }],
    [{ message: { type: 'b', call: { id: 'x' } } }, { message: { type: 'a', call: { id: 'y' } } }],
    [{ message: { type: 'a' } }, { message: { type: 'a', call: { id: null } } }],
  ],
  [
    'Retell',
    retell,
    [
      { event: 'a', call: { call_id: 'x' } },
      { event: 'a', call: { call_id: 'x', call_status: 'ended' } },
    ],
    [
      { event: 'b', call: { call_id: 'x' } },
      { event: 'a', call: { call_id: 'y' } },
    ],
    [{ event: 'a', call: {} }, { call: { call_id: 'x' } }],
  ],
  ['Bland', bland, [{ call_id: 'x' }, { call_id: 'x', completed: true }], [{ call_id: 'y' }], [{}, { call_id: [] }]],
  [
    'Twilio',
    twilio,
    [
      { CallSid: 'x', CallStatus: 'busy' },
      { CallSid: 'x', CallStatus: 'busy', To: '+1' },
    ],
    [
      { CallSid: 'x', CallStatus: 'completed' },
      { MessageSid: 'x', SmsStatus: 'received' },
      { MessageSid: 'x', MessageStatus: 'sent', SmsStatus: 'received' },
    ],
    [{ CallSid: 'x' }, { CallStatus: 'busy' }, { MessageSid: 'x', CallStatus: 'busy' }],
  ],
]

test.each(named)('%s names its events', (_name, { ownId }, [one, again], others, nameless) => {
  const nameOf = (body: object) => ownId({ headers: {}, raw: Buffer.from(JSON.stringify(body)) })
  expect(nameOf(one)).toBeDefined()
  expect(nameOf(again)).toBe(nameOf(one))
  expect(new Set([one, ...others].map(nameOf)).size).toBe(1 + others.length)
  for (const body of nameless) expect([body, nameOf(body)]).toEqual([body, undefined])
  expect(ownId({ headers: {}, raw: Buffer.from('no JSON') })).toBeUndefined()
})

const raw = Buffer.from(BODY)
const lateness: [name: string, backMs: number, aheadMs: number, check: (atMs: number) => boolean][] = [
  [
    'ElevenLabs',
    ...([1_800_000, 1_800_000] as const),
    atMs =>
      isAuthentic(elevenlabs, { body: BODY, atMs, headers: signElevenLabs({ secret: SECRET, atMs: AT_MS, raw }) }),
  ],
  [
    'Vapi',
    ...([300_000, 300_000] as const),
    atMs => isAuthentic(vapi, { body: BODY, atMs, headers: signVapi({ secret: SECRET, atMs: AT_MS, raw }) }),
  ],
  [
    'Retell',
    ...([300_000, 300_000] as const),
    atMs => isAuthentic(retell, { body: BODY, atMs, headers: signRetell({ apiKey: SECRET, atMs: AT_MS, raw }) }),
  ],
]

test.each(lateness)(
  '%s is good for its time before and after, and not a moment longer',
  (_, backMs, aheadMs, check) => {
    for (const offMs of [-aheadMs, 0, backMs]) expect([offMs, check(AT_MS + offMs)]).toEqual([offMs, true])
    for (const offMs of [-aheadMs - 1, backMs + 1]) expect([offMs, check(AT_MS + offMs)]).toEqual([offMs, false])
  },
)

describe('Vapi', () => {
  const of = (headers: Record<string, string>) => isAuthentic(vapi, { body: BODY, headers })

  test('takes the secret itself, as a bearer token or in its older header', () => {
    expect(of({ authorization: `Bearer ${SECRET}` })).toBe(true)
    expect(of({ 'x-vapi-secret': SECRET })).toBe(true)
    const wrong = ['', SECRET, 'Bearer', 'Bearer ', `Basic ${SECRET}`, `Bearer ${SECRET}x`, `Bearer ${SECRET} x`]
    for (const authorization of wrong) expect([authorization, of({ authorization })]).toEqual([authorization, false])
    for (const given of ['', `${SECRET}x`, `Bearer ${SECRET}`]) expect(of({ 'x-vapi-secret': given })).toBe(false)
  })

  test('is judged by a signature alone where there is one', () => {
    expect(of({ 'x-vapi-secret': SECRET, 'x-signature': HMAC })).toBe(false)
    expect(of({ authorization: `Bearer ${SECRET}`, 'x-signature': 'ab', 'x-timestamp': '1700000000' })).toBe(false)
  })

  test('may sign its time in milliseconds', () => {
    const { 'x-signature': seconds } = signVapi({ secret: SECRET, atMs: AT_MS, raw })
    const { 'x-signature': signature = '' } = signVapi({ secret: SECRET, atMs: AT_MS * 1000, raw })
    expect(of({ 'x-timestamp': String(AT_MS), 'x-signature': signature })).toBe(true)
    expect(of({ 'x-timestamp': String(AT_MS), 'x-signature': String(seconds) })).toBe(false)
  })
})

describe('Twilio', () => {
  const form = Buffer.from('To=%2B12025550123&From=%2B1+202&Body=a%26b%3Dc+%C3%A9&Empty=&To=%2B1&To=%2B1')
  const headersOf = (url: string) => ({ 'content-type': FORM, ...signTwilio({ authToken: 'demo_token', url, form }) })
  const check = (publicUrl: string, signedUrl: string, target: string) =>
    isAuthentic(createTwilioSource(['old', 'demo_token'], publicUrl), {
      body: form.toString(),
      target,
      headers: headersOf(signedUrl),
    })

  test.each<[publicUrl: string, signedUrl: string, isGood: boolean]>([
    ['https://example.com', 'https://example.com/hook?a=1&b=%20', true],
    ['https://example.com', 'https://example.com:443/hook?a=1&b=%20', true],
    ['https://example.com:443', 'https://example.com/hook?a=1&b=%20', true],
    ['https://example.com:8443', 'https://example.com:8443/hook?a=1&b=%20', true],
    ['https://example.com:8443', 'https://example.com/hook?a=1&b=%20', true],
    ['http://example.com', 'http://example.com:80/hook?a=1&b=%20', true],
    ['http://[::1]:8080', 'http://[::1]/hook?a=1&b=%20', true],
    ['https://joe:pass@example.com', 'https://joe:pass@example.com:443/hook?a=1&b=%20', true],
    ['https://example.com/base', 'https://example.com/base/hook?a=1&b=%20', true],
    ['https://example.com', 'http://example.com/hook?a=1&b=%20', false],
    ['https://example.com', 'https://example.com/hook', false],
    ['https://example.com', 'https://example.com/hook?b=%20&a=1', false],
    ['https://example.com', 'https://example.org/hook?a=1&b=%20', false],
    ['https://example.com:8443', 'https://example.com:443/hook?a=1&b=%20', false],
  ])('at %s takes what was signed for %s: %s', (publicUrl, signedUrl, isGood) => {
    expect(check(publicUrl, signedUrl, '/hook?a=1&b=%20')).toBe(isGood)
  })

  test('signs names and values in one order, a value that comes twice once', () => {
    const plain = 'https://example.com/hook+1+12025550123'
    const expected = signTwilio({ authToken: 'demo_token', url: 'https://example.com/hook', form: Buffer.from('') })
    const once = signTwilio({
      ...{ authToken: 'demo_token', url: 'https://example.com/hook' },
      form: Buffer.from('B=2&A=1&B=1&B=2'),
    })
    expect(once).toEqual(
      signTwilio({ authToken: 'demo_token', url: 'https://example.com/hookA1B1B2', form: Buffer.from('') }),
    )
    expect(expected).not.toEqual(signTwilio({ authToken: 'demo_token', url: plain, form: Buffer.from('') }))
  })

  test('JSON without its hash in the query is nobody’s, however its address is signed', () => {
    const url = 'https://example.com/hook'
    const signed = signTwilio({ authToken: 'demo_token', url })
    const json = { 'content-type': 'application/json', ...signed }
    expect(isAuthentic(twilio, { body: BODY, target: '/hook', headers: json })).toBe(false)
    const target = `/hook?bodySHA256=${HASH}`
    const hashed = { ...json, ...signTwilio({ authToken: 'demo_token', url: `https://example.com${target}` }) }
    expect(isAuthentic(twilio, { body: BODY, target, headers: hashed })).toBe(true)
    expect(isAuthentic(twilio, { body: `${BODY} `, target, headers: hashed })).toBe(false)
    // A form is signed with its fields, whatever the query says.
    expect(isAuthentic(twilio, { body: BODY, target, headers: { ...hashed, 'content-type': FORM } })).toBe(false)
  })

  test('a form of thousands of fields is not even sorted', () => {
    const many = Buffer.from(Array.from({ length: 1_001 }, (_, at) => `f${at}=1`).join('&'))
    const url = 'https://example.com/hook'
    const headers = { 'content-type': FORM, ...signTwilio({ authToken: 'demo_token', url, form: many }) }
    expect(isAuthentic(twilio, { body: many.toString(), target: '/hook', headers })).toBe(false)
  })
})

describe('LeadConnector', () => {
  const [old, next, stranger, rsa] = [pemPair(), pemPair(), pemPair(), pemPair('rsa')]
  const source = (legacyRsa: boolean, ...keys: { publicKey: string }[]) =>
    createLeadConnectorSource({ locationId: 'loc_1', publicKeys: keys.map(key => key.publicKey), legacyRsa })
  const body = JSON.stringify({ type: 'InboundMessage', locationId: 'loc_1', contactId: 'con_1', body: 'Hi' })
  const signed = (key: { privateKey: string }, text = body) =>
    signLeadConnector({ privateKey: key.privateKey, raw: Buffer.from(text) })

  test('verifies with either of two keys, and with no other', () => {
    for (const key of [old, next]) {
      expect(isAuthentic(source(false, old, next), { body, headers: signed(key) })).toBe(true)
    }
    expect(isAuthentic(source(false, old, next), { body, headers: signed(stranger) })).toBe(false)
    expect(isAuthentic(source(false), { body, headers: signed(old) })).toBe(false)
    expect(isAuthentic(source(false, old), { body: `${body} `, headers: signed(old) })).toBe(false)
  })

  test('takes the older signature only where it is switched on and the newer is absent', () => {
    const legacy = signed(rsa)
    expect(Object.keys(legacy)).toEqual(['x-wh-signature'])
    expect(isAuthentic(source(true, old, rsa), { body, headers: legacy })).toBe(true)
    expect(isAuthentic(source(true, old, rsa), { body: `${body} `, headers: legacy })).toBe(false)
    expect(isAuthentic(source(false, old, rsa), { body, headers: legacy })).toBe(false)
    expect(isAuthentic(source(true, old), { body, headers: legacy })).toBe(false)
    for (const newer of [signed(stranger), { 'x-ghl-signature': '' }]) {
      expect(isAuthentic(source(true, old, rsa), { body, headers: { ...legacy, ...newer } })).toBe(false)
    }
    expect(isAuthentic(source(true, old, rsa), { body, headers: { 'x-wh-signature': 'AAAA', ...signed(old) } })).toBe(
      true,
    )
  })

  test.each<[what: string, event: unknown, isOurs: boolean]>([
    ['flat', { locationId: 'loc_1' }, true],
    ['nested', { data: { locationId: 'loc_1' } }, true],
    ['both', { locationId: 'loc_1', data: { locationId: 'loc_1' } }, true],
    ['another', { locationId: 'loc_2' }, false],
    ['another outside', { locationId: 'loc_2', data: { locationId: 'loc_1' } }, false],
    ['another inside', { locationId: 'loc_1', data: { locationId: 'loc_2' } }, false],
    ['none', { type: 'InboundMessage' }, false],
    ['a list', { locationId: ['loc_1'] }, false],
    ['no object', [{ locationId: 'loc_1' }], false],
  ])('a signature is not enough: location %s', (_what, event, isOurs) => {
    const text = JSON.stringify(event)
    expect(isAuthentic(source(false, old), { body: text, headers: signed(old, text) })).toBe(isOurs)
  })

  test.each<[offMs: number, isGood: boolean]>([
    [0, true],
    // Our own clock may be behind.
    [-12 * 3_600_000, true],
    [-12 * 3_600_000 - 1, false],
    // A retry after our 429: the vendor's last comes 1 h 10 min later.
    [70 * 60_000, true],
    [12 * 3_600_000, true],
    [12 * 3_600_000 + 1, false],
  ])('a delivery that was signed %i ms ago is taken: %s', (offMs, isGood) => {
    for (const timestamp of [AT_MS, new Date(AT_MS).toISOString(), AT_MS / 1000]) {
      const text = JSON.stringify({ locationId: 'loc_1', timestamp })
      const vector = { body: text, headers: signed(old, text), atMs: AT_MS + offMs }
      expect([timestamp, isAuthentic(source(false, old), vector)]).toEqual([timestamp, isGood])
    }
  })

  test('an event is named by its delivery, else by type and id; what is told of a contact by its bytes', () => {
    const nameOf = (event: unknown) =>
      source(false, old).ownId({ headers: {}, raw: Buffer.from(JSON.stringify(event)) })
    expect(nameOf({ webhookId: 'wh_1', type: 'A' })).toBe(
      nameOf({ webhookId: 'wh_1', id: 'x', data: { webhookId: 'y' } }),
    )
    expect(nameOf({ type: 'A', id: 'x' })).toBe(nameOf({ type: 'A', id: 'x', summary: 'more' }))
    expect(nameOf({ type: 'A', id: 'x' })).not.toBe(nameOf({ type: 'B', id: 'x' }))
    const log = { id: 'log_1', agentId: 'agent_1', createdAt: '2026-11-20T10:00:00Z' }
    expect(nameOf(log)).toBe(nameOf({ type: 'VoiceAiCallEnd', data: log }))
    for (const nameless of [{ type: 'ContactDndUpdate', id: 'con_1' }, { type: 'A' }, { id: 'x' }, [], null]) {
      expect(nameOf(nameless)).toBeUndefined()
    }
  })
})
