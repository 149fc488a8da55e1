import { expect, test } from 'vitest'
import { counted, listed, longSpan } from './counted.ts'

test('a count and its noun agree', () => {
  expect(counted(0, 'lead')).toBe('0 leads')
  expect(counted(1, 'lead')).toBe('1 lead')
  expect(counted(12_345, 'lead waits', 'leads wait')).toBe('12,345 leads wait')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed(['a', 'b'], 'or')).toBe('a or b')
})

test.each([
  [0, 'no time'],
  [200, '0.2 seconds'],
  [20_000, '20 seconds'],
  [59_990, '60 seconds'],
  [90_000, '1 minute and 30 seconds'],
  [7_200_000, '2 hours'],
  [259_200_000, '3 days'],
  [90_061_000, '1 day and 1 hour'],
])('%i ms is %s', (ms, words) => {
  expect(longSpan(ms)).toBe(words)
})
