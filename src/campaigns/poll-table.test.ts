import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lengthsOf } from '../../test/support/learned-looks.ts'
import { estimateEnds } from './ended-by.ts'
import { nextPollAt } from './poll-plan.ts'
import { nextAgeMs, planLooks } from './poll-table.ts'

const usual = { firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000 }

const anyPoll = fc
  .record({
    firstMs: fc.nat(60_000),
    minMs: fc.integer({ min: 10, max: 10_000 }),
    more: fc.nat(100_000),
    deadlineMs: fc.integer({ min: 1_000, max: 36_000_000 }),
  })
  .map(({ more, ...rest }) => ({ ...rest, maxMs: rest.minMs + more }))
const anyCalls = fc.array(fc.integer({ min: 1, max: 4_000_000 }), { minLength: 1, maxLength: 80 })
const learned = fc.record({ poll: anyPoll, calls: anyCalls }).map(({ poll, calls }) => ({
  poll,
  table: planLooks(estimateEnds(lengthsOf(calls)), poll),
}))

test('calls that all end after half a minute are first looked at right then, and hardly ever twice', () => {
  const table = planLooks(estimateEnds(lengthsOf(Array.from({ length: 100 }, () => 32_000))), usual)
  expect(table.firstMs).toBeGreaterThan(32_000)
  expect(table.firstMs).toBeLessThan(36_000)
})

test('one that was seen going on is looked at when the next kind of call ends', () => {
  const calls = Array.from({ length: 200 }, (_, index) => (index % 2 === 0 ? 30_000 : 75_000))
  const table = planLooks(estimateEnds(lengthsOf(calls)), usual)
  expect(table.firstMs).toBeLessThan(34_000)
  const next = nextAgeMs(table, table.firstMs) ?? 0
  expect(next).toBeGreaterThan(75_000)
  expect(next).toBeLessThan(82_000)
})

test('the first look never comes before `first`, and otherwise no later than `max`', () => {
  const busy = estimateEnds(lengthsOf(Array.from({ length: 100 }, () => 6_000)))
  expect(planLooks(busy, usual).firstMs).toBeLessThan(21_000)
  expect(planLooks(busy, usual).firstMs).toBeGreaterThanOrEqual(20_000)
  expect(planLooks(busy, { ...usual, firstMs: 0 }).firstMs).toBeLessThan(8_000)
  const long = estimateEnds(lengthsOf(Array.from({ length: 100 }, () => 600_000)))
  expect(planLooks(long, usual).firstMs).toBeLessThanOrEqual(60_000)
  expect(planLooks(long, { ...usual, firstMs: 90_000 }).firstMs).toBeLessThan(92_000)
})

test('looks of what was learned keep order, the bounds of the campaign and its deadline', () => {
  fc.assert(
    fc.property(learned, fc.nat(1e12), ({ poll, table }, placedAt) => {
      const deadline = placedAt + poll.deadlineMs
      const ask = (lastPollAt: number | undefined) =>
        nextPollAt({ poll, placedAt, lastPollAt, nowMs: lastPollAt ?? placedAt, table })
      let at = ask(undefined)
      expect(at).toBeGreaterThanOrEqual(Math.min(placedAt + poll.firstMs, deadline))
      for (let looks = 0; at < deadline && looks < 300; looks += 1) {
        const next = ask(at)
        expect(next).toBeLessThanOrEqual(Math.min(at + poll.maxMs, deadline))
        expect(next).toBeGreaterThanOrEqual(Math.min(at + poll.minMs, deadline))
        at = next
      }
    }),
    { numRuns: 60 },
  )
})

test('a call that was seen going on later is never looked at sooner, and nothing is due before now', () => {
  const ages = fc.tuple(fc.nat(4_000_000), fc.nat(4_000_000))
  fc.assert(
    fc.property(learned, ages, fc.nat(100_000), ({ poll, table }, [one, other], waitedMs) => {
      const ask = (ageMs: number) =>
        nextPollAt({ poll, placedAt: 0, lastPollAt: ageMs, nowMs: ageMs + waitedMs, table })
      const [early, late] = [Math.min(one, other), Math.max(one, other)]
      // Past the table the plain rule holds.
      const isLearned = nextAgeMs(table, late) !== undefined
      if (isLearned) expect(ask(early)).toBeLessThanOrEqual(ask(late))
      expect(ask(late)).toBeGreaterThanOrEqual(Math.min(late + waitedMs, poll.deadlineMs))
      expect(ask(late)).toBeLessThanOrEqual(poll.deadlineMs)
    }),
    { numRuns: 60 },
  )
})

test('a table is bounded, whatever the campaign says', () => {
  const extremes = fc.record({
    firstMs: fc.nat(86_400_000),
    minMs: fc.integer({ min: 10, max: 86_400_000 }),
    maxMs: fc.integer({ min: 10, max: 86_400_000 }),
    deadlineMs: fc.integer({ min: 10, max: 2_592_000_000 }),
  })
  fc.assert(
    fc.property(extremes, anyCalls, (poll, calls) => {
      const endedBy = estimateEnds(lengthsOf(calls))
      let asked = 0
      const table = planLooks(ageMs => {
        asked += 1
        return endedBy(ageMs)
      }, poll)
      expect(table.ages.length).toBeLessThanOrEqual(4_096)
      expect(asked).toBe(table.ages.length)
      expect(
        table.next.every((next, index) => next > (table.ages[index] ?? 0) || index === table.ages.length - 1),
      ).toBe(true)
    }),
    { numRuns: 60 },
  )
})
