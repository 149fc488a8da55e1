import { expect, test } from 'vitest'
import type { EventResult } from '../clients/receiver-ports.ts'
import { type AppError, RateLimitedError, RejectedError, UnavailableError, UnknownOutcomeError } from '../errors.ts'
import { failureOfBatch, verdictOf } from './pixel-verdict.ts'

const to = { via: 'meta', pixelId: '77' } as const
const refused = (code: string, status?: number) => new RejectedError('no', { code, ...(status && { status }) })
const away = { name: 'meta', pauseAfter: 10, backoff: { firstMs: 10_000, maxMs: 900_000 } }
const key = { pauseAfter: 1, backoff: { firstMs: 10_000, maxMs: 60_000 } }

test.each<[string, unknown, unknown]>([
  ['a request that went through', undefined, 'fine'],
  ['an event that was refused', refused('META_100', 400), 'fine'],
  ['an event that was never sent', refused('EVENT_TOO_OLD'), 'nothing'],
  ['a wrong token', refused('UNAUTHORIZED', 400), { ...key, name: 'meta', why: 'Meta refused the access token' }],
  ['a 401', refused('WHATEVER', 401), { ...key, name: 'meta' }],
  ['a pixel that is not allowed', refused('FORBIDDEN', 400), { ...key, name: 'meta/77' }],
  ['a refused connection', new UnavailableError('x', { code: 'ECONNREFUSED' }), { ...away, code: 'ECONNREFUSED' }],
  ['a throttle', new RateLimitedError('x', { code: 'META_4', retryAfterMs: 5 }), { ...away, retryAfterMs: 5 }],
  ['a lost answer', new UnknownOutcomeError('x', { code: 'ECONNRESET' }), away],
  ['our own budget', new RateLimitedError('x', { code: 'BUDGET' }), 'nothing'],
  ['our own stop', new UnavailableError('x', { code: 'STOPPING' }), 'nothing'],
  ['a stop under a request', new UnknownOutcomeError('x', { code: 'ABORTED' }), 'nothing'],
  ['a bug', new TypeError('x'), 'nothing'],
])('%s', (_, error, verdict) => {
  const found = verdictOf(to, error)
  if (typeof verdict === 'object') expect(found).toMatchObject(verdict as object)
  else expect(found).toBe(verdict)
})

test('a batch speaks by its worst event, and not at all where one was taken', () => {
  const failed = (...errors: AppError[]): EventResult[] => errors.map(error => ({ result: 'failed', error }))
  const [local, no, lost, token] = [
    refused('EVENT_TOO_OLD'),
    refused('META_100', 400),
    new UnknownOutcomeError('x'),
    refused('UNAUTHORIZED', 400),
  ]
  expect(failureOfBatch([...failed(lost), { result: 'done' }])).toBeUndefined()
  expect(failureOfBatch(failed(local, no, lost, token))).toBe(token)
  expect(failureOfBatch(failed(local, no, lost))).toBe(lost)
  expect(failureOfBatch(failed(local, no))).toBe(no)
  expect(failureOfBatch(failed(local))).toBe(local)
})
