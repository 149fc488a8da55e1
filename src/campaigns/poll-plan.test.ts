import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextPollAt } from './poll-plan.ts'

const poll = { firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000 }

test.each<[number | undefined, number, number]>([
  [undefined, 0, 20_000],
  [undefined, 30_000, 30_000],
  [20_000, 20_000, 25_000],
  [100_000, 100_000, 125_000],
  [1_000_000, 1_000_000, 1_060_000],
  [20_000, 90_000, 90_000],
  [3_590_000, 3_590_000, 3_600_000],
  [3_600_000, 3_700_000, 3_600_000],
])('last look %s, now %d: next at %d', (lastPollAt, nowMs, expected) => {
  expect(nextPollAt({ poll, placedAt: 0, lastPollAt, nowMs })).toBe(expected)
})

test('looks come in order, no closer than min, no further than max, up to the deadline and not past it', () => {
  const anyPoll = fc
    .record({
      firstMs: fc.nat(60_000),
      minMs: fc.integer({ min: 10, max: 10_000 }),
      more: fc.nat(100_000),
      deadlineMs: fc.integer({ min: 1_000, max: 3_600_000 }),
    })
    .map(({ more, ...rest }) => ({ ...rest, maxMs: rest.minMs + more }))
  fc.assert(
    fc.property(anyPoll, fc.nat(1e12), (given, placedAt) => {
      const deadline = placedAt + given.deadlineMs
      let at = nextPollAt({ poll: given, placedAt, lastPollAt: undefined, nowMs: placedAt })
      expect(at).toBe(Math.min(placedAt + given.firstMs, deadline))
      for (let looks = 0; at < deadline && looks < 500; looks++) {
        const next = nextPollAt({ poll: given, placedAt, lastPollAt: at, nowMs: at })
        expect(next).toBeLessThanOrEqual(Math.min(at + given.maxMs, deadline))
        expect(next).toBeGreaterThanOrEqual(Math.min(at + given.minMs, deadline))
        at = next
      }
    }),
  )
})

test('after a hint that came too early the next look comes as soon as it may', () => {
  const question = { poll, placedAt: 0, lastPollAt: 100_000, nowMs: 100_000 }
  expect(nextPollAt({ ...question, isHinted: true })).toBe(105_000)
  expect(nextPollAt({ ...question, isHinted: false })).toBe(125_000)
})

test('a call that began long before it was taken up has its deadline from then, and is not looked at without end', () => {
  const question = { poll, placedAt: 0, takenAt: 7_200_000, nowMs: 7_200_000 }
  expect(nextPollAt({ ...question, lastPollAt: 7_200_000 })).toBe(7_260_000)
  expect(nextPollAt({ ...question, lastPollAt: 10_790_000, nowMs: 10_790_000 })).toBe(10_800_000)
})
