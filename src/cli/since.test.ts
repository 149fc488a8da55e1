import { expect, test } from 'vitest'
import { parseSince } from './since.ts'

const now = Date.UTC(2026, 11, 1, 12)
const since = parseSince({ now: () => now, shiftMs: () => 0 })

test('a date and a time are those of whoever types them, unless they name their zone', () => {
  expect(since('2026-11-30')).toBe(new Date(2026, 10, 30).toISOString())
  expect(since('2026-11-30 09:05:07')).toBe(new Date(2026, 10, 30, 9, 5, 7).toISOString())
  expect(since('2026-11-30T09:05')).toBe(new Date(2026, 10, 30, 9, 5).toISOString())
  expect(since('2026-11-30T09:05:07Z')).toBe('2026-11-30T09:05:07.000Z')
  expect(since('2026-11-30T09:05+02:00')).toBe('2026-11-30T07:05:00.000Z')
})

test('a duration is so long ago', () => {
  expect(since('PT2H')).toBe('2026-12-01T10:00:00.000Z')
  expect(since('P1D')).toBe('2026-11-30T12:00:00.000Z')
})

test.each([
  '',
  'yesterday',
  '2026-11-31',
  '2026-13-01',
  '2026-11-30T25:00',
  '1764580000000',
  'P1M',
  'P3000W1',
  '-PT2H',
  'P99999D',
])('%j is none', text => {
  expect(() => since(text)).toThrow('It must be a date')
})
