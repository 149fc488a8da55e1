import fc from 'fast-check'
import { expect, test } from 'vitest'
import { budgetFreeAt, CALL_DAY_MS as DAY } from './attempt-budget.ts'

const limits = { maxPer24h: 3, minGapMs: 600_000 }

test.each([
  ['never called', [], undefined, 1_000],
  ['called once, gap from its intent', [900], undefined, 600_900],
  ['gap from its end where that is later', [900], 950, 600_950],
  ['an end before the newest intent does not count', [900], 100, 600_900],
  ['the third last call leaves the window', [900, -DAY + 2_000_000, -5_000_000], undefined, 2_000_000],
  ['calls in any order', [-5_000_000, 900, -DAY + 2_000_000], undefined, 2_000_000],
  ['calls of long ago', [-2 * DAY, -2 * DAY, -2 * DAY], -2 * DAY, 1_000],
])('%s', (_, recent, lastEndedAt, expected) => {
  expect(budgetFreeAt(recent, lastEndedAt, limits, 1_000)).toBe(expected)
})

test('whoever follows it never calls too often or too soon, and never waits longer than needed', () => {
  // A call is placed within half a minute of its intent.
  const wish = fc.record({ wait: fc.nat(DAY), length: fc.nat(3_600_000), placedAfter: fc.nat(30_000) })
  const wishes = fc.array(wish, { minLength: 1, maxLength: 40 })
  const anyLimits = fc.record({ maxPer24h: fc.integer({ min: 1, max: 5 }), minGapMs: fc.nat(2 * 3_600_000) })
  fc.assert(
    fc.property(wishes, anyLimits, (waits, given) => {
      const calls: number[] = []
      const placed: number[] = []
      let endedAt: number | undefined
      let now = 0
      for (const { wait, length, placedAfter } of waits) {
        now += wait
        const at = budgetFreeAt(calls, endedAt, given, now)
        expect(at).toBeGreaterThanOrEqual(now)
        if (at > now) {
          const inDay = calls.filter(call => call > at - 1 - DAY).length
          const gap = at - 1 - Math.max(calls.at(-1) ?? 0, endedAt ?? 0)
          expect(inDay >= given.maxPer24h || gap < given.minGapMs).toBe(true)
        }
        if (calls.length > 0)
          expect(at - Math.max(calls.at(-1) ?? 0, endedAt ?? 0)).toBeGreaterThanOrEqual(given.minGapMs)
        calls.push(at)
        placed.push(at + placedAfter)
        endedAt = at + length
        now = endedAt
      }
      for (const start of placed) {
        expect(placed.filter(at => at >= start && at < start + 86_400_000).length).toBeLessThanOrEqual(given.maxPer24h)
      }
    }),
    { numRuns: 1_000 },
  )
})
