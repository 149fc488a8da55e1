import { describe, expect, it } from 'vitest'
import { RateLimitedError } from '../errors.ts'
import { type Ending, errorOf } from './vendor-error.ts'

const effect: Ending = { method: 'POST', route: '/calls', repeatable: false, left: true, cause: 'ECONNRESET' }
const get: Ending = { ...effect, method: 'GET', repeatable: true }
const refused = { kind: 'refused', code: 'VALIDATION_ERROR' } as const

type Row = [name: string, facts: Partial<Ending>, ofGet: string, ofEffect: string, code: string]

const rows: Row[] = [
  ['lost before it left', { left: false, cause: 'ENOTFOUND' }, 'UnavailableError', 'UnavailableError', 'ENOTFOUND'],
  ['lost after it left', {}, 'UnavailableError', 'UnknownOutcomeError', 'ECONNRESET'],
  ['timed out', { cause: 'TIMEOUT_RESPONSE' }, 'UnavailableError', 'UnknownOutcomeError', 'TIMEOUT_RESPONSE'],
  ['200, unreadable', { status: 200, cause: 'BAD_ANSWER' }, 'UnavailableError', 'UnknownOutcomeError', 'BAD_ANSWER'],
  ['200, failure', { status: 200, vendor: { code: 'odd' } }, 'RejectedError', 'RejectedError', 'ODD'],
  ['200, failure without code', { status: 200, vendor: {} }, 'RejectedError', 'RejectedError', 'REFUSED'],
  [
    '200, vendor broken',
    { status: 200, vendor: { kind: 'broken', code: 'X' } },
    'UnavailableError',
    'UnknownOutcomeError',
    'X',
  ],
  [
    '200, throttled',
    { status: 200, vendor: { kind: 'throttled', code: 'X' } },
    'RateLimitedError',
    'RateLimitedError',
    'X',
  ],
  ['301', { status: 301 }, 'UnavailableError', 'UnknownOutcomeError', 'HTTP_301'],
  ['400', { status: 400 }, 'RejectedError', 'RejectedError', 'HTTP_400'],
  ['400 with code', { status: 400, vendor: refused }, 'RejectedError', 'RejectedError', 'VALIDATION_ERROR'],
  [
    '400, throttled',
    { status: 400, vendor: { kind: 'throttled' } },
    'RateLimitedError',
    'RateLimitedError',
    'HTTP_400',
  ],
  ['401', { status: 401 }, 'RejectedError', 'RejectedError', 'UNAUTHORIZED'],
  ['401 with code', { status: 401, vendor: { code: 'BAD_KEY' } }, 'RejectedError', 'RejectedError', 'UNAUTHORIZED'],
  ['403', { status: 403 }, 'RejectedError', 'RejectedError', 'FORBIDDEN'],
  ['404', { status: 404 }, 'RejectedError', 'RejectedError', 'HTTP_404'],
  ['408', { status: 408 }, 'UnavailableError', 'UnknownOutcomeError', 'HTTP_408'],
  ['429', { status: 429 }, 'RateLimitedError', 'RateLimitedError', 'HTTP_429'],
  ['500', { status: 500 }, 'UnavailableError', 'UnknownOutcomeError', 'HTTP_500'],
  [
    '500 with unknown code',
    { status: 500, vendor: { code: 'OOPS' } },
    'UnavailableError',
    'UnknownOutcomeError',
    'OOPS',
  ],
  ['500 with a refusal', { status: 500, vendor: refused }, 'RejectedError', 'RejectedError', 'VALIDATION_ERROR'],
  ['503, Retry-After', { status: 503, retryAfter: '5' }, 'UnavailableError', 'UnknownOutcomeError', 'HTTP_503'],
]

describe('errorOf', () => {
  it.each(rows)('%s', (_, facts, ofGet, ofEffect, code) => {
    const errors = [errorOf({ ...get, ...facts }, 0), errorOf({ ...effect, ...facts }, 0)]
    expect(errors.map(({ name, code, status }) => ({ name, code, status }))).toEqual([
      { name: ofGet, code, status: facts.status },
      { name: ofEffect, code, status: facts.status },
    ])
  })

  it('takes an act that may be repeated as it takes a GET', () => {
    expect(errorOf({ ...effect, repeatable: true }, 0).name).toBe('UnavailableError')
  })

  it.each([
    ['60', {}, 60_000],
    [undefined, {}, undefined],
    ['60', { retryAfterMs: 10 }, 10],
    [undefined, { retryAfterMs: 1e12 }, 3_600_000],
  ])('waits after a 429 with Retry-After %j and the vendor saying %j', (retryAfter, vendor, ms) => {
    const error = errorOf({ ...effect, status: 429, retryAfter, vendor }, 0)
    expect(error instanceof RateLimitedError ? error.retryAfterMs : 'not limited').toBe(ms)
  })

  it('holds the vendor’s words, bounded and without personal data or secrets', () => {
    const message = `key sk_verysecret rejected for ann@example.com +15551234567 ${'x'.repeat(9_000)}`
    const error = errorOf({ ...effect, status: 400, vendor: { message }, secrets: ['sk_verysecret'] }, 0)
    expect(error.message).toContain('POST /calls answered 400: HTTP_400: key [secret] rejected for [email] [number] x')
    expect(error.message.length).toBe(500)
  })

  it.each(['sk_verysecret', 'no code at all', '15551234567', 'TEL15551234567', 'x'.repeat(65)])(
    'does not take %j for a code',
    code => {
      expect(errorOf({ ...effect, status: 400, vendor: { code }, secrets: ['sk_verysecret'] }, 0).code).toBe('HTTP_400')
    },
  )
})
