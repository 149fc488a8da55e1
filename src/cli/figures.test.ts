import fc from 'fast-check'
import { expect, test } from 'vitest'
import { barText, bytesText, countOf, countText, percentText, spanText } from './figures.ts'

test('figures as people read them', () => {
  expect([0, 999, 1_234_567].map(countText)).toEqual(['0', '999', '1,234,567'])
  expect([0, 1, 2].map(count => countOf(count, 'lead'))).toEqual(['0 leads', '1 lead', '2 leads'])
  expect([0, 999, 1000, 1_550_000, 999_960, 2_000_000_000].map(bytesText)).toEqual([
    '0 B',
    '999 B',
    '1.0 kB',
    '1.6 MB',
    '1.0 MB',
    '2.0 GB',
  ])
  expect([0, 840, 9_999, 10_000, 59_400, 90_000, 3_600_000, 7_500_000].map(spanText)).toEqual([
    '0.0 s',
    '0.8 s',
    '10.0 s',
    '10 s',
    '59 s',
    '1 min 30 s',
    '1 h',
    '2 h 5 min',
  ])
})

test('a share is 100 % only of the whole, and 0 % only of nothing', () => {
  expect(percentText(0, 0)).toBe('0 %')
  expect(percentText(1, 1000)).toBe('<1 %')
  fc.assert(
    fc.property(fc.nat(100_000), fc.integer({ min: 1, max: 100_000 }), (part, whole) => {
      const text = percentText(Math.min(part, whole), whole)
      expect(text === '100 %').toBe(part >= whole)
      expect(text === '0 %').toBe(part === 0)
    }),
  )
})

test('a bar is as long as it is said to be, and what is there is seen', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.nat(1000), fc.integer({ min: 1, max: 100 }), (part, whole, width) => {
      const bar = barText(part, whole, width)
      expect(bar).toHaveLength(width)
      expect(bar.includes('█')).toBe(part > 0)
    }),
  )
  expect(barText(1, 2, 10)).toBe('█████░░░░░')
})
