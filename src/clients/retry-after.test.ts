import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_RETRY_AFTER_MS, parseRetryAfter } from './retry-after.ts'

const now = Date.parse('2026-12-01T12:00:00Z')

describe('parseRetryAfter', () => {
  it.each([
    ['3', 3_000],
    [' 0 ', 0],
    ['1.5', 1_500],
    ['86400', MAX_RETRY_AFTER_MS],
    ['1796126400', MAX_RETRY_AFTER_MS],
    ['Tue, 01 Dec 2026 12:00:07 GMT', 7_000],
    ['Tuesday, 01-Dec-26 12:00:07 GMT', 7_000],
    ['Tue Dec  1 12:00:07 2026', 7_000],
    ['Tue, 01 Dec 2026 11:59:00 GMT', 0],
    ['Wed, 02 Dec 2026 12:00:00 GMT', MAX_RETRY_AFTER_MS],
    ['', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['5s', undefined],
    ['Tue, tomorrow', undefined],
    [undefined, undefined],
  ])('%j is %j ms', (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms)
  })

  it('reads any HTTP date as the wait until it, and anything at all within bounds', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3_600 }), fc.string(), (seconds, noise) => {
        expect(parseRetryAfter(new Date(now + seconds * 1_000).toUTCString(), now)).toBe(seconds * 1_000)
        const ms = parseRetryAfter(noise, now) ?? 0
        expect(ms >= 0 && ms <= MAX_RETRY_AFTER_MS).toBe(true)
      }),
    )
  })
})
