import { describe, expect, test } from 'vitest'
import { AT_MS, BODY, FORM, HMAC, isAuthentic, SECRET, type Vector } from '../../../test/support/delivery-vector.ts'
import type { Source } from '../source.ts'
import { createBlandSource } from './bland.ts'
import { createElevenLabsSource, signElevenLabs } from './elevenlabs.ts'
import { createRetellSource, signRetell } from './retell.ts'
import { createTwilioSource } from './twilio.ts'
import { createVapiSource, signVapi } from './vapi.ts'

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
