import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alike, causeOf, whyFailed } from './failure-cause.ts'
import type { Effect } from './journey.ts'

describe('a cause', () => {
  it.each([
    [
      'the words of the vendor, without what the head says',
      {
        status: 400,
        code: 'VALIDATION_ERROR',
        message: 'POST /pixels/fire answered 400: VALIDATION_ERROR: Invalid pixel',
      },
      '400 VALIDATION_ERROR: Invalid pixel',
    ],
    [
      'without words',
      { status: 503, code: 'HTTP_503', message: 'POST /pixels/fire answered 503: HTTP_503' },
      '503 HTTP_503',
    ],
    ['without an answer', { code: 'ECONNREFUSED', message: 'POST /sms/send: ECONNREFUSED' }, 'ECONNREFUSED'],
    ['of our own words', { code: 'STOPPING', message: 'the process is stopping' }, 'STOPPING: the process is stopping'],
  ])('%s', (_, error, cause) => {
    expect(causeOf(error)).toBe(cause)
  })

  it.each([
    ['lead lead_9x8Zq not found', 'lead … not found'],
    ['lead 0b8c1d52-5a8e-4be8-a0a3-04c1c9b8d111 not found', 'lead … not found'],
    ['to [number] is on the list', 'to … is on the list'],
    ['to +1 (202) 555-0123 is on the list', 'to … is on the list'],
    ['event_time must be within 7 days', 'event_time must be within … days'],
    ['no field "lead.name" here, nor ‘x y’', 'no field … here, nor …'],
    ["it doesn't say", "it doesn't say"],
    ['quota is spent until Fri, 20 Nov 2026 13:50:45 GMT, wait', 'quota is spent until …, wait'],
    ['quota is spent until Nov 20th, wait', 'quota is spent until …, wait'],
    ['quota is spent until 2026-11-20T13:50:45.120Z, wait', 'quota is spent until …, wait'],
    ['it may be sent again', 'it may be sent again'],
    ['leads a1, b2 and c3 are gone', 'leads … are gone'],
    ['see https://example.com/help?x=y for more', 'see … for more'],
    ['write to ann@example.com', 'write to …'],
    ['wait 30s.', 'wait ….'],
    ['user usr_AbCdEfGh is gone', 'user … is gone'],
    ['camelCase eventName and snake_case pixel_id stay', 'camelCase eventName and snake_case pixel_id stay'],
  ])('leaves out what differs: %j', (text, same) => {
    expect(alike(text)).toBe(same)
  })

  it.each(['5f0c-lead-one', 'Anne-Marie', 'a/b', 'x^y$.*+?()[]{}|\\z'])(
    'leaves out %s, whatever marks are in it',
    known => {
      expect(alike(`no such lead ${known} here`, [known])).toBe('no such lead … here')
    },
  )

  it('leaves out what is known of the lead, whatever it looks like', () => {
    expect(alike('Ann Lee of LEADxyz opted out', ['leadXYZ', 'Ann', 'Lee', 'x'])).toBe('… of … opted out')
    expect(alike('An annual plan', ['Ann'])).toBe('An annual plan')
    expect(alike('a (b', ['(b', '[', '\\'])).toBe('a (b')
  })

  const hex = fc.stringMatching(/^[0-9a-f]{8,32}$/).filter(text => /\d/.test(text))
  const id = fc.oneof(
    fc.uuid(),
    hex,
    fc.nat().map(String),
    fc.stringMatching(/^(?:lead|int|msg|usr)_[0-9A-Za-z]{6,16}$/).filter(text => /\d/.test(text)),
    fc.stringMatching(/^\+1[2-9]\d{9}$/),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map(date => date.toISOString()),
    fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }).map(date => date.toUTCString()),
    fc.stringMatching(/^[a-z ,.]{0,12}$/).map(text => `"${text}"`),
  )
  const word = fc.constantFrom(
    'lead',
    'was',
    'not',
    'found',
    'pixel',
    'for',
    'in',
    'list',
    'refused',
    'event_time',
    'must',
  )

  it('is one for messages that differ by ids only', () => {
    const parts = fc.array(fc.oneof({ weight: 3, arbitrary: word }, { weight: 1, arbitrary: fc.constant(undefined) }), {
      minLength: 1,
      maxLength: 12,
    })
    fc.assert(
      fc.property(
        parts,
        fc.array(id, { minLength: 12, maxLength: 12 }),
        fc.array(id, { minLength: 12, maxLength: 12 }),
        (told, first, second) => {
          const message = (ids: string[]) => told.map((part, index) => part ?? ids[index]).join(' ')
          const error = (ids: string[]) => ({ status: 400, code: 'NO', message: message(ids) })
          expect(causeOf(error(first))).toBe(causeOf(error(second)))
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('is short, of one line and without a number, whatever a vendor says', () => {
    const text = fc.oneof(fc.string({ maxLength: 3_000 }), fc.string({ unit: 'binary', maxLength: 3_000 }))
    fc.assert(
      fc.property(text, text, (message, code) => {
        const cause = causeOf({ code: code.slice(0, 64), message })
        expect([...cause].length).toBeLessThanOrEqual(160)
        const words = alike(message)
        expect(words).not.toMatch(/[\n\r\t]/)
        expect(words).not.toMatch(/\p{N}/u)
      }),
    )
  })

  it('takes time in proportion to what it reads', () => {
    const startedAt = performance.now()
    for (const text of [
      'a.'.repeat(500_000),
      '1 '.repeat(500_000),
      '('.repeat(1_000_000),
      '… , '.repeat(200_000),
      `"'“`.repeat(300_000),
    ])
      alike(text)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

describe('why an effect failed', () => {
  const effect = { key: 'k', kind: 'pixel', rule: 'p', tries: 1, plannedAt: 0 } as const
  const error = {
    code: 'HTTP_500',
    class: 'UnknownOutcomeError',
    message: 'POST /pixels/fire answered 500: HTTP_500',
    status: 500,
  }

  it.each<[string, Effect, { cause: string; class: string }]>([
    ['its error', { ...effect, state: 'unknown', error }, { cause: '500 HTTP_500', class: 'UnknownOutcomeError' }],
    ['its time being over', { ...effect, state: 'expired', error }, { cause: '500 HTTP_500', class: 'ExpiredError' }],
    [
      'a bug of ours, whatever had gone wrong before',
      { ...effect, state: 'parked', error, why: 'TypeError: x is not a function' },
      { cause: 'x is not a function', class: 'TypeError' },
    ],
    [
      'what it was parked for',
      { ...effect, state: 'parked', why: 'the vendor\'s status "weird" is not mapped to an outcome' },
      { cause: "the vendor's status … is not mapped to an outcome", class: 'UnknownOutcomeError' },
    ],
    [
      'nothing that is known',
      { ...effect, state: 'unknown' },
      { cause: 'Nobody knows what became of it', class: 'UnknownOutcomeError' },
    ],
  ])('is %s', (_, failed, why) => {
    expect(whyFailed(failed, [])).toEqual(why)
  })
})
