import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextWalkAt, walkSpacingMs } from './walk-plan.ts'

const HOUR_MS = 3_600_000
const poll = { walkMs: 30_000 }
const at = Date.UTC(2026, 11, 1, 9)
const question = { poll, expectedAt: at, expiresAt: at + 72 * HOUR_MS, spacingMs: 0, nowMs: at }

test('nobody is looked for before a call is expected', () => {
  expect(nextWalkAt({ ...question, nowMs: at - 20 * HOUR_MS })).toBe(at)
})

test('then it is looked often, and ever less often the longer no call has come', () => {
  const looks: number[] = []
  for (let nowMs = at; nowMs < question.expiresAt; nowMs = nextWalkAt({ ...question, nowMs })) looks.push(nowMs - at)
  const gaps = looks.map((look, index) => Number(looks[index + 1] ?? look) - look)
  expect(gaps.slice(0, 4)).toEqual([30_000, 30_000, 30_000, 30_000])
  expect(gaps.at(-2)).toBe(HOUR_MS)
  expect(looks.length).toBeLessThan(105)
})

test('many leads share the account’s requests: half of them go into looks', () => {
  expect(walkSpacingMs(1, 10)).toBe(200)
  // 100,000 leads at ten requests a second: each about every five and a half hours.
  expect(walkSpacingMs(100_000, 10)).toBe(20_000_000)
  expect(nextWalkAt({ ...question, spacingMs: 20_000_000 })).toBe(at + 20_000_000)
  expect(walkSpacingMs(5, 0)).toBeGreaterThan(0)
})

test('a look is never in the past, never after the end, and not sooner than every walk and spacing allow', () => {
  const instant = fc.integer({ min: 0, max: 4e12 })
  fc.assert(
    fc.property(
      fc.record({ expectedAt: instant, expiresAt: instant, nowMs: instant }),
      fc.integer({ min: 10, max: 86_400_000 }),
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      (instants, walkMs, spacingMs) => {
        const next = nextWalkAt({ ...instants, poll: { walkMs }, spacingMs })
        const { expectedAt, expiresAt, nowMs } = instants
        expect(next).toBeGreaterThanOrEqual(nowMs)
        expect(next).toBeLessThanOrEqual(Math.max(expiresAt, nowMs))
        if (next === expiresAt || nowMs >= expiresAt) return
        if (nowMs < expectedAt) expect(next).toBe(expectedAt)
        else expect(next - nowMs).toBeGreaterThanOrEqual(Math.round(Math.max(walkMs, spacingMs)) - 1)
      },
    ),
  )
})
