import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { BODY, FORM, isAuthentic } from '../../../test/support/delivery-vector.ts'
import { createTwilioSource, signTwilio } from './twilio.ts'

const HASH = createHash('sha256').update(BODY).digest('hex')
const twilio = createTwilioSource(['demo_token'], 'https://example.com')

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
