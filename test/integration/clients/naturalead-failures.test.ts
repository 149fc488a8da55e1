import { describe, expect, it } from 'vitest'
import type { NaturaLead } from '../../../src/clients/naturalead.ts'
import { isKeyRefused, RateLimitedError } from '../../../src/errors.ts'
import { errorOfCall } from './calls.ts'
import { answered, list, read, send, start } from './naturalead-vendor.ts'

describe('a failure', () => {
  it.each<[string, number, unknown, string, string, string]>([
    ['a bad request', 400, { error: 'Validation failed', details: 'channel' }, 'RejectedError', 'HTTP_400', 'channel'],
    ['a missing key', 401, { error: 'API key required' }, 'RejectedError', 'UNAUTHORIZED', 'API key required'],
    ['a missing scope', 403, { error: 'Forbidden', message: 'No x' }, 'RejectedError', 'FORBIDDEN', 'No x'],
    ['nobody', 404, { error: 'Lead not found' }, 'RejectedError', 'NOT_FOUND', 'Lead not found'],
    ['nothing', 404, '<html>', 'RejectedError', 'NOT_FOUND', 'NOT_FOUND'],
    ['a conflict', 409, { error: 'Phone exists' }, 'RejectedError', 'HTTP_409', 'Phone exists'],
    ['details in a list', 422, { error: 'No', details: ['a', 'b'] }, 'RejectedError', 'HTTP_422', 'No; a; b'],
    ['too many', 429, { error: 'Too many requests' }, 'RateLimitedError', 'HTTP_429', 'Too many'],
    ['its own fault', 500, { error: 'Oops' }, 'UnknownOutcomeError', 'HTTP_500', 'Oops'],
    ['a gateway', 502, '', 'UnknownOutcomeError', 'HTTP_502', 'HTTP_502'],
    ['an answer without an id', 201, {}, 'UnknownOutcomeError', 'BAD_ANSWER', '_id'],
    ['an answer cut short', 201, '{"_id": "1', 'UnknownOutcomeError', 'BAD_ANSWER', 'not JSON'],
  ])('of a start: %s', async (_, status, body, name, code, words) => {
    const error = await errorOfCall(answered(status, body, start))
    expect(error).toMatchObject({ name, code })
    expect(error.message).toContain(words)
  })

  it('of the key says nothing against the lead', async () => {
    for (const status of [401, 403]) {
      expect(isKeyRefused(await errorOfCall(answered(status, { error: 'no' }, start)))).toBe(true)
    }
    expect(isKeyRefused(await errorOfCall(answered(404, { error: 'no' }, start)))).toBe(false)
  })

  it.each<[Record<string, string>, number | undefined]>([
    [{ 'retry-after': '7', 'ratelimit-reset': '34' }, 7_000],
    [{ 'ratelimit-limit': '500', 'ratelimit-remaining': '0', 'ratelimit-reset': '34' }, 34_000],
    [{ 'ratelimit-reset': 'soon' }, undefined],
    [{}, undefined],
  ])('by throttling (%j) is to be waited out for %s ms', async (headers, expected) => {
    const error = await errorOfCall(answered(429, { error: 'Too many requests' }, start, headers))
    expect(error).toBeInstanceOf(RateLimitedError)
    expect(error).toMatchObject({ retryAfterMs: expected })
  })

  it('of a look or of setting a status may be repeated, of a message it may have arrived', async () => {
    const setStatus = (naturaLead: NaturaLead) => naturaLead.updateStatus('c1', 'dropped')
    const errors = await Promise.all([
      errorOfCall(answered(500, {}, read)),
      errorOfCall(answered(500, {}, list)),
      errorOfCall(answered(500, {}, setStatus)),
      errorOfCall(answered(500, {}, send)),
    ])
    expect(errors.map(({ name }) => name)).toEqual([
      'UnavailableError',
      'UnavailableError',
      'UnavailableError',
      'UnknownOutcomeError',
    ])
  })
})
