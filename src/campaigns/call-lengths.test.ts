import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bucketOf, callLengthMs, callsOf, lengthOf } from './call-lengths.ts'

const day = 86_400_000

test('a bucket keeps a length to 1.1 %, and longer calls never come before shorter ones', () => {
  fc.assert(
    fc.property(fc.integer({ min: 10, max: day }), fc.integer({ min: 10, max: day }), (one, other) => {
      expect(Math.abs(lengthOf(bucketOf(one)) / one - 1)).toBeLessThan(0.011)
      if (one <= other) expect(bucketOf(one)).toBeLessThanOrEqual(bucketOf(other))
    }),
  )
})

test('whatever is counted, there are no more than some 740 buckets', () => {
  expect(bucketOf(0)).toBe(0)
  expect(bucketOf(-5)).toBe(0)
  fc.assert(
    fc.property(fc.double({ min: -1e15, max: 1e15, noNaN: true }), lengthMs => {
      expect(bucketOf(lengthMs)).toBeGreaterThanOrEqual(0)
      expect(bucketOf(lengthMs)).toBeLessThan(740)
      expect(Number.isInteger(bucketOf(lengthMs))).toBe(true)
    }),
  )
})

test('the calls of all buckets are added up', () => {
  expect(callsOf(new Map())).toBe(0)
  expect(
    callsOf(
      new Map([
        [3, 4],
        [7, 1],
      ]),
    ),
  ).toBe(5)
})

test.each<[string, Partial<Parameters<typeof callLengthMs>[0]>, number | undefined]>([
  ['the vendor’s own times, not when it was seen', { createdAt: 1_000, updatedAt: 33_000 }, 32_000],
  ['clocks that stand apart do not matter', { createdAt: 901_000, updatedAt: 933_000 }, 32_000],
  ['without the begin, since it was placed', { updatedAt: 33_500 }, 32_500],
  ['no longer than until it was seen to be over', { createdAt: 1_000, updatedAt: 99_000 }, 39_000],
  ['a vendor that tells no end', { createdAt: 1_000 }, undefined],
  ['a record that was never touched again', { createdAt: 1_000, updatedAt: 1_000 }, undefined],
  ['an end before the begin', { createdAt: 1_000, updatedAt: 400 }, undefined],
])('how long a call lasted: %s', (_, times, expected) => {
  expect(callLengthMs({ placedAt: 1_000, seenAt: 40_000, ...times })).toBe(expected)
})
