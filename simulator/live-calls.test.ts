import fc from 'fast-check'
import { expect, test } from 'vitest'
import { highestLive, liveAt } from './live-calls.ts'

const span = fc
  .tuple(
    fc.integer({ min: 0, max: 60 }),
    fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constant(Number.POSITIVE_INFINITY)),
  )
  .map(([at, length]) => ({ at, endsAt: at + length }))

test('the highest count is the highest of the counts at every instant', () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 40 }), spans => {
      const counts = Array.from({ length: 100 }, (_, instant) => liveAt(spans, instant))
      expect(highestLive(spans)).toBe(Math.max(...counts))
    }),
    { numRuns: 500 },
  )
})

test('a call that ends when another starts does not overlap it', () => {
  expect(
    highestLive([
      { at: 0, endsAt: 10 },
      { at: 10, endsAt: 20 },
    ]),
  ).toBe(1)
  expect(
    highestLive([
      { at: 0, endsAt: 11 },
      { at: 10, endsAt: 20 },
    ]),
  ).toBe(2)
  expect(highestLive([{ at: 5, endsAt: 5 }])).toBe(0)
})
