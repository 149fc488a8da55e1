import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, type CallLengths } from './call-lengths.ts'
import { estimateEnds } from './ended-by.ts'

const anyLengths = fc
  .array(fc.tuple(fc.nat(740), fc.integer({ min: 1, max: 500 })), { maxLength: 60 })
  .map((entries): CallLengths => new Map(entries))

test('the share begins at 0, never falls and never reaches 1', () => {
  fc.assert(
    fc.property(anyLengths, fc.array(fc.nat(90_000_000), { maxLength: 50 }), (lengths, ages) => {
      const endedBy = estimateEnds(lengths)
      expect(endedBy(0)).toBe(0)
      let before = 0
      for (const ageMs of ages.toSorted((a, b) => a - b)) {
        const share = endedBy(ageMs)
        expect(share).toBeGreaterThanOrEqual(before - 1e-12)
        expect(share).toBeLessThan(1)
        before = share
      }
    }),
  )
})

test('calls that are alike end together, and few of them at any one time are spread widely', () => {
  const alike = estimateEnds(new Map([[bucketOf(32_000), 100]]))
  expect(alike(34_000) - alike(30_000)).toBeGreaterThan(0.9)
  const spread = estimateEnds(new Map([20, 40, 80, 160, 320].map(s => [bucketOf(s * 1_000), 1])))
  // Between two that were seen, and beyond all of them, there are others.
  expect(spread(60_000) - spread(50_000)).toBeGreaterThan(0.02)
  expect(1 - spread(1_000_000)).toBeGreaterThan(0.02)
})

test('of nothing known it says that half is over after a moment, and none surely', () => {
  const endedBy = estimateEnds(new Map())
  expect(endedBy(1)).toBeCloseTo(0.5, 5)
  expect(endedBy(1e9)).toBeLessThan(1)
})
