import fc from 'fast-check'
import parsePhoneNumberFromString from 'libphonenumber-js/max'
import { expect, test } from 'vitest'
import { toE164 } from './phone.ts'

test.each([
  ['+12125550123', 'US', '+12125550123'],
  ['(212) 555-0123', 'US', '+12125550123'],
  [' 212.555.0123 ', 'us', '+12125550123'],
  ['+4915112345678', 'US', '+4915112345678'],
  ['0151 12345678', 'DE', '+4915112345678'],
  ['+12125550123', 'ZZ', '+12125550123'],
])('%s in %s is %s', (raw, country, expected) => {
  expect(toE164(raw, country)).toBe(expected)
})

test.each([
  '',
  '12345',
  '+1999',
  '+15555550123',
  'call me',
  '212-555-0123 ext 5',
  '212-555-0123 or 212-555-0124',
  '1'.repeat(5_000),
])('"%.30s" is no number', raw => {
  expect(toE164(raw, 'US')).toBeUndefined()
})

test('without a country that exists a national number is none', () => {
  expect(toE164('2125550123', 'ZZ')).toBeUndefined()
})

test('a whole number of North America is judged as the library judges it', () => {
  const areas = fc.oneof(
    fc.integer({ min: 200, max: 999 }),
    fc.constantFrom(212, 500, 523, 524, 658, 800, 876, 900, 983),
  )
  const digits = fc.tuple(areas, fc.integer({ min: 0, max: 9_999_999 }))
  fc.assert(
    fc.property(fc.array(digits, { minLength: 20 }), numbers => {
      for (const [area, rest] of numbers) {
        const number = `+1${area}${String(rest).padStart(7, '0')}`
        const isOne = parsePhoneNumberFromString(number, { extract: false })?.isValid() ?? false
        expect(toE164(number, 'US'), number).toBe(isOne ? number : undefined)
      }
    }),
  )
})
