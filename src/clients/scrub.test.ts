import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { excerpt, scrub, secretsOf } from './scrub.ts'

describe('scrub', () => {
  it.each([
    ['+15551234567 is not valid', '[number] is not valid'],
    ['number (555) 123-4567 is on the list', 'number [number] is on the list'],
    ['to:+44 20 7946 0958.', 'to:[number].'],
    ['tel5551234567x', 'tel[number]x'],
    ['555.123.4567 and 555‑123‑4567', '[number] and [number]'],
    ['٠١٢٣٤٥٦٧٨', '[number]'],
    ['write to ann.o+x@mail.example.com now', 'write to [email] now'],
    ['lead=ann%40example.com', 'lead=[email]'],
  ])('takes personal data out of %j', (text, clean) => {
    expect(scrub(text)).toBe(clean)
  })

  it.each(['max 4 attempts in 24 h', 'not before 2026-12-01T09:00:00Z', 'int_abc123', 'HTTP 503'])(
    'leaves %j',
    text => {
      expect(scrub(text)).toBe(text)
    },
  )

  it('takes out the words of our own headers, but not words too short to be secret', () => {
    const secrets = secretsOf({ Authorization: 'Bearer nl_live_secretsecret' })
    expect(scrub('Bearer nl_live_secretsecret is wrong', secrets)).toBe('Bearer [secret] is wrong')
  })

  it('leaves no run of seven digits in any text, whatever stands between them', () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[0-9]{1,4}$/),
      fc.constantFrom(' ', '-', '.', '(', ')', '+', 'a', ':', '/'),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), pieces => {
        expect(scrub(pieces.join(''))).not.toMatch(/\d{7}/)
      }),
    )
  })

  it('takes time in proportion to what it reads', () => {
    const startedAt = performance.now()
    for (const text of ['1 '.repeat(2_000_000), 'a.'.repeat(2_000_000), `${'1'.repeat(3_000)}@`.repeat(1_000)])
      scrub(text)
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})

describe('excerpt', () => {
  it('is the beginning of a body, people and all, without our secrets however they are spelt', () => {
    const secret = 'key/with+"odd" signs'
    const body = `a=${encodeURIComponent(secret)}&b=${JSON.stringify(secret)} ${secret} of +12025550123`
    expect(excerpt(body, [secret], 1_000)).toBe('a=[secret]&b="[secret]" [secret] of +12025550123')
    expect(excerpt('abcdef', [], 3)).toBe('abc…')
  })

  it('leaves no half of a secret where it is cut', () => {
    const secret = 'S'.repeat(50)
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 2_000 }), fc.nat(100), (before, length, times) => {
        expect(excerpt(`${secret.repeat(times)}${'.'.repeat(before)}${secret}`, [secret], length)).not.toContain('SS')
      }),
    )
  })
})
