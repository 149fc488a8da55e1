import { expect, test } from 'vitest'
import { durationMs, parseDurationMs } from './duration.ts'

test.each([
  ['PT0S', 0],
  ['PT0.2S', 200],
  ['PT0,2S', 200],
  ['PT20S', 20_000],
  ['PT10M', 600_000],
  ['PT1.5H', 5_400_000],
  ['PT1H30M', 5_400_000],
  ['P3D', 259_200_000],
  ['P1W', 604_800_000],
  ['P1W2DT3H', 788_400_000],
  ['PT0.0004S', 0],
])('%s is %d ms', (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms)
  expect(durationMs(text)).toBe(ms)
})

test.each([
  '',
  'P',
  'PT',
  '10',
  '10m',
  'P1Y',
  'P1M',
  '-PT1S',
  '+PT1S',
  'pt1s',
  'P1.5D',
  ' PT1S',
  'PT1S ',
  'PT-1S',
  'PT1H1D',
])('"%s" is no duration', text => {
  expect(parseDurationMs(text)).toBeUndefined()
  expect(() => durationMs(text)).toThrow(RangeError)
})
