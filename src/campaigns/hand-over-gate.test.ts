import fc from 'fast-check'
import { expect, test } from 'vitest'
import { budgetFreeAt } from './attempt-budget.ts'
import { handOverGate } from './hand-over-gate.ts'

const HOUR_MS = 3_600_000
const at = Date.UTC(2026, 11, 1, 9)
const rules = { maxPer24h: 2, minGapMs: HOUR_MS }
const free = { calls: [] }

test('open whatever the hour; closed by the number’s calls, a call that goes on, and the end of its time', () => {
  expect(handOverGate(rules, free, at, at + HOUR_MS)).toEqual({ open: true })
  expect(handOverGate(rules, free, at, at - 1)).toEqual({ never: 'expired' })
  expect(handOverGate(rules, { ...free, liveUntil: at + 1 }, at, at + HOUR_MS)).toEqual({
    at: at + 5_000,
    why: 'live_call',
  })
  expect(handOverGate(rules, { ...free, liveUntil: at }, at, at + HOUR_MS)).toEqual({ open: true })
  const called = { calls: [at - 1_000], lastEndedAt: at - 500 }
  const gapEndsAt = at - 500 + HOUR_MS
  expect(handOverGate(rules, called, at, at + 2 * HOUR_MS)).toEqual({ at: gapEndsAt, why: 'budget' })
  expect(handOverGate(rules, called, at, gapEndsAt - 1)).toEqual({ never: 'budget_spent' })
})

test('it opens exactly when the budget of the number is free again', () => {
  const calls = fc.array(fc.integer({ min: at - 48 * HOUR_MS, max: at }), { maxLength: 6 })
  fc.assert(
    fc.property(
      calls,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 6 * HOUR_MS }),
      (made, maxPer24h, minGapMs) => {
        const own = { maxPer24h, minGapMs }
        const gate = handOverGate(own, { calls: made }, at, at + 100 * HOUR_MS)
        const freeAt = budgetFreeAt(made, undefined, own, at)
        expect(gate).toEqual(freeAt <= at ? { open: true } : { at: freeAt, why: 'budget' })
        if ('at' in gate)
          expect(handOverGate(own, { calls: made }, gate.at, at + 100 * HOUR_MS)).toEqual({ open: true })
      },
    ),
  )
})
