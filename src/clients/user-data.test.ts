import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  asIpAddress,
  asPageUrl,
  asToken,
  asUserAgent,
  digitsOfPhone,
  hashed,
  type Normalise,
  normaliseEmail,
  normaliseId,
  normaliseName,
} from './user-data.ts'

const sha = (text: string) => createHash('sha256').update(text).digest('hex')

const normalisers: [name: string, Normalise][] = [
  ['e-mail', normaliseEmail],
  ['phone', digitsOfPhone],
  ['name', normaliseName],
  ['id', normaliseId],
]

describe('the published vectors', () => {
  // https://developers.facebook.com/documentation/ads-commerce/conversions-api/parameters/customer-information-parameters
  it.each<[string, string, Normalise, string]>([
    [
      'e-mail',
      'john_smith@gmail.com',
      normaliseEmail,
      '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
    ],
    [
      'e-mail',
      ' John_Smith@gmail.com ',
      normaliseEmail,
      '62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f',
    ],
    ['phone', '16505551212', digitsOfPhone, 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
    ['phone', '+1 (650) 555-1212', digitsOfPhone, 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
    ['phone', '0016505551212', digitsOfPhone, 'e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176'],
    ['name', 'Mary', normaliseName, '6915771be1c5aa0c886870b6951b03d7eafc121fea0e80a5ea83beb7c449f4ec'],
    ['name', '정', normaliseName, '8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14'],
    ['name', 'Valéry', normaliseName, '08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c'],
  ])('%s %s', (_, value, normalise, hash) => {
    expect(hashed(value, normalise)).toBe(hash)
    expect(hashed(value.normalize('NFD'), normalise)).toBe(hash)
  })
})

describe.each(normalisers)('a normalised %s', (_, normalise) => {
  it('is the same when normalised again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }), fc.emailAddress()), value => {
        const once = normalise(value)
        if (once !== undefined) expect(normalise(once)).toBe(once)
      }),
      { numRuns: 2_000 },
    )
  })

  it('is hashed once: a hash stays as it is, whatever its case', () => {
    fc.assert(
      fc.property(fc.string(), value => {
        const hash = hashed(value, normalise)
        if (hash === undefined) return
        expect(hash).toMatch(/^[\da-f]{64}$/)
        expect(hashed(hash, normalise)).toBe(hash)
        expect(hashed(` ${hash.toUpperCase()} `, normalise)).toBe(hash)
      }),
    )
  })

  it.each(['', ' ', '\u00a0\n', undefined, 'x@y.z'.repeat(300)])('is absent for %j', value => {
    expect(hashed(value, normalise)).toBeUndefined()
  })
})

describe('contact data', () => {
  it.each<[string, Normalise]>([
    ['nobody', normaliseEmail],
    ['a b@c.d', normaliseEmail],
    ['+1 555', digitsOfPhone],
    ['call me', digitsOfPhone],
    ['1234567890123456', digitsOfPhone],
    ['. - !', normaliseName],
  ])('%j is none', (value, normalise) => {
    expect(hashed(value, normalise)).toBeUndefined()
  })

  it.each([
    ["O'Brien-Smith", 'obriensmith'],
    [' Mary Ann ', 'maryann'],
    ['ÅSA', 'åsa'],
    ['A\u030asa', 'åsa'],
  ])('the name %j is hashed as %j', (value, normal) => {
    expect(hashed(value, normaliseName)).toBe(sha(normal))
  })
})

describe('what a browser said', () => {
  it.each([
    [asToken, 'fb.1.1554763741205.AbCdEfGh', 'fb.1.1554763741205.AbCdEfGh'],
    [asToken, 'E.C.P.Cp_x-1', 'E.C.P.Cp_x-1'],
    [asToken, 'two words', undefined],
    [asToken, 'a\nb', undefined],
    [asToken, '', undefined],
    [asToken, 'x'.repeat(1_001), undefined],
    [asIpAddress, '203.0.113.7', '203.0.113.7'],
    [asIpAddress, ' 2001:db8::1 ', '2001:db8::1'],
    [asIpAddress, '203.0.113.7, 10.0.0.1', '203.0.113.7'],
    [asIpAddress, '203.0.113.700', undefined],
    [asIpAddress, 'localhost', undefined],
    [asIpAddress, undefined, undefined],
    [asUserAgent, ' Mozilla/5.0\r\n(X11) ', 'Mozilla/5.0 (X11)'],
    [asUserAgent, ' \u0000 ', undefined],
    [asUserAgent, 'x'.repeat(2_001), undefined],
    [asPageUrl, 'https://quotes.example.com/start', 'https://quotes.example.com/start'],
    [asPageUrl, 'https://a:b@example.com/x?email=ann@example.com#me', 'https://example.com/x'],
    [asPageUrl, 'javascript:alert(1)', undefined],
    [asPageUrl, 'start', undefined],
    [asPageUrl, `https://example.com/${'x'.repeat(2_000)}`, undefined],
  ])('%# is passed on unhashed, or not at all', (as, value, expected) => {
    expect(as(value)).toBe(expected)
  })
})
