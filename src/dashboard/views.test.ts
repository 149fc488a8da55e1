import { expect, test } from 'vitest'
import { share, spanOf, utc } from './views.ts'

test.each([
  [0, '0 s'],
  [59_499, '59 s'],
  [60_000, '1 min'],
  [90_000, '1 min 30 s'],
  [3_600_000, '1 h'],
  [7_500_000, '2 h 5 min'],
])('%i ms is said as %s', (ms, said) => {
  expect(spanOf(ms)).toBe(said)
})

test.each([
  [0, 0, '0%'],
  [0, 5, '0%'],
  [1, 1000, '<1%'],
  [1, 3, '33%'],
  [5, 5, '100%'],
])('%i of %i is %s', (part, whole, said) => {
  expect(share(part, whole)).toBe(said)
})

test('an instant is readable without scripts', () => {
  expect(utc('2026-12-01T09:05:07.123Z')).toBe('2026-12-01 09:05:07 UTC')
})
