import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DialRules } from './campaign.ts'
import { createForecast, type ForecastRules, type PlannedDial } from './forecast.ts'

const HOUR_MS = 3_600_000
const now = Date.UTC(2026, 10, 16, 12)
const week = (from: number, to: number) => Array.from({ length: 7 }, () => [{ from, to }])
const dial: DialRules = {
  hours: { week: week(0, 1440), holidays: [] },
  stateRules: 'none',
  maxAttempts: 3,
  maxPer24h: 3,
  minGapMs: 0,
  notAfterMs: 72 * HOUR_MS,
  retryMs: {},
  stopOn: [],
  pace: { callsPerSecond: 2, maxLive: 1_000 },
  onUnknown: 'redial',
}
const rules: ForecastRules = { dial, vendorPerSecond: 10, holdMs: 45_000, outcomeShares: {}, live: 0 }
const planned: PlannedDial = {
  dueAt: now,
  createdAt: now,
  expiresAt: now + dial.notAfterMs,
  zones: ['UTC'],
  attempts: 0,
  number: { calls: [] },
}

function forecast(more: Partial<ForecastRules>, leads: readonly Partial<PlannedDial>[]) {
  const made = createForecast({ ...rules, ...more }, now)
  for (const lead of leads) made.add({ ...planned, ...lead })
  return made.read()
}
const leads = (count: number, more: Partial<PlannedDial> = {}) => Array.from({ length: count }, () => more)
const secondsOf = (finishAt: number | undefined) => Math.round(((finishAt ?? 0) - now) / 1000)

test('the pace, the vendor and the places each set the time when they are the narrowest', () => {
  expect(secondsOf(forecast({}, leads(100)).finishAt)).toBe(Math.round(99 / 2 + 45))
  expect(secondsOf(forecast({ vendorPerSecond: 1 }, leads(100)).finishAt)).toBe(99 + 45)
  const pace = { callsPerSecond: 2, maxLive: 10 }
  expect(secondsOf(forecast({ dial: { ...dial, pace } }, leads(100)).finishAt)).toBe(9 * 45 + 45 + 4 + 1)
  // Fewer leads than places: no place is ever waited for.
  expect(secondsOf(forecast({ dial: { ...dial, pace: { callsPerSecond: 2, maxLive: 10 } } }, leads(10)).finishAt)).toBe(
    50,
  )
})

test('calls above a limit that was lowered end before any place is free', () => {
  const pace = { callsPerSecond: 1_000, maxLive: 2 }
  // Ten end evenly over 45 s; the ninth is the first whose end frees a place.
  const { finishAt } = forecast({ dial: { ...dial, pace }, vendorPerSecond: 1_000, live: 10 }, leads(1))
  expect(((finishAt ?? 0) - now) / 1000).toBeCloseTo(45 * 0.9 + 45)
})

test('what a window, a budget or a suppression keeps back is told by hour and by reason', () => {
  const hours = { week: week(9 * 60, 17 * 60), holidays: [] }
  const spent = { calls: [now - HOUR_MS, now - 2 * HOUR_MS, now - 22.5 * HOUR_MS] }
  const { dialableNow, laterByHour, blocked } = forecast({ dial: { ...dial, hours } }, [
    ...leads(5),
    ...leads(3, { zones: ['America/Los_Angeles'] }),
    ...leads(2, { zones: ['Asia/Tokyo'] }),
    ...leads(1, { number: spent }),
    ...leads(4, { blocked: 'suppressed' }),
    ...leads(1, { zones: [] }),
    ...leads(1, { number: spent, expiresAt: now + HOUR_MS }),
    ...leads(1, { expiresAt: now - 1 }),
  ])
  expect(dialableNow).toBe(5)
  expect([...laterByHour].sort(([a], [b]) => a - b)).toEqual([
    // The budget is free at 13:30, within the window.
    [Date.UTC(2026, 10, 16, 13), 1],
    [Date.UTC(2026, 10, 16, 17), 3],
    [Date.UTC(2026, 10, 17, 0), 2],
  ])
  expect(Object.fromEntries(blocked)).toEqual({ suppressed: 4, expired: 2, budget_spent: 1 })
})

test('leads whose time is over before their turn comes are blocked, and every lead is counted once', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 400 }),
      fc.integer({ min: 0, max: 200 }),
      fc.nat(100),
      (count, life, late) => {
        const some = [...leads(count, { expiresAt: now + life * 1000 }), ...leads(late, { dueAt: now + 2 * HOUR_MS })]
        const { dialableNow, laterByHour, blocked } = forecast({}, some)
        const later = [...laterByHour.values()].reduce((sum, counted) => sum + counted, 0)
        const never = [...blocked.values()].reduce((sum, counted) => sum + counted, 0)
        expect(dialableNow + later + never).toBe(count + late)
        // Asked again every ten seconds of dialing, an end is met up to that much late.
        expect(dialableNow).toBeGreaterThanOrEqual(Math.min(count, 2 * life))
        expect(dialableNow).toBeLessThanOrEqual(Math.min(count, 2 * (life + 10) + 2))
      },
    ),
  )
})

test('a list that its window cannot hold goes on the next day', () => {
  const hours = { week: week(9 * 60, 13 * 60), holidays: [] }
  const { finishAt, blocked } = forecast({ dial: { ...dial, hours } }, leads(2 * 3_600 + 100))
  expect(blocked.size).toBe(0)
  expect(new Date(finishAt ?? 0).toISOString().slice(0, 16)).toBe('2026-11-17T09:01')
})

test('retries are expected in the share in which calls have ended so', () => {
  const retrying = { ...dial, maxAttempts: 2, retryMs: { no_answer: [HOUR_MS] } }
  const one = forecast({ dial: retrying, outcomeShares: { answered: 1 } }, leads(100))
  expect(secondsOf(one.finishAt)).toBe(Math.round(99 / 2 + 45))
  const two = forecast({ dial: retrying, outcomeShares: { answered: 0.5, no_answer: 0.5 } }, leads(100))
  expect(secondsOf(two.finishAt)).toBeGreaterThan(3_600 + 45)
  expect(secondsOf(two.finishAt)).toBeLessThan(3_600 + 200)
  expect(forecast({}, []).finishAt).toBeUndefined()
})

test('a number that is called by narrower rules is told by them, in when it is called and in when all is through', () => {
  const narrow: DialRules = { ...dial, hours: { week: week(14 * 60, 16 * 60), holidays: [] }, maxPer24h: 1 }
  const spent = { calls: [now - 23 * HOUR_MS] }
  const { dialableNow, laterByHour, finishAt } = forecast({}, [
    ...leads(3),
    ...leads(2, { rules: narrow }),
    ...leads(1, { rules: narrow, number: spent }),
    ...leads(1, { number: spent }),
  ])
  expect(dialableNow).toBe(4)
  expect([...laterByHour]).toEqual([[Date.UTC(2026, 10, 16, 14), 3]])
  expect(secondsOf(finishAt)).toBe(Math.round(2 * 3_600 + 2 / 2 + 45))

  // More than its window of two hours can hold at one call a second: the rest goes on the next day.
  const slow = { ...dial, pace: { callsPerSecond: 1, maxLive: 1_000 } }
  const narrowSlow = { ...narrow, pace: slow.pace }
  const { finishAt: later } = forecast({ dial: slow }, leads(7_300, { rules: narrowSlow }))
  expect(new Date(later ?? 0).toISOString().slice(0, 13)).toBe('2026-11-17T14')
})
