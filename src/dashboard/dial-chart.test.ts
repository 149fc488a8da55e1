import { expect, test } from 'vitest'
import { dialChart } from './dial-chart.ts'

const MINUTE_MS = 60_000

test('an hour is told by the minute, in the zone of the campaign', () => {
  const calls = Array.from({ length: 60 }, (_, index) => (index === 30 ? 12 : index === 59 ? 3 : 0))
  const fromAt = Date.UTC(2026, 10, 20, 13, 5)
  const { plot, total, most } = dialChart({ stepMs: MINUTE_MS, fromAt, calls }, 'hour', 'America/New_York')
  expect({ total, most }).toEqual({ total: 15, most: 12 })
  expect(plot.bars.map(({ label }) => label)).toEqual(['08:35: 12 calls', '09:04: 3 calls'])
  expect(plot.ticks.map(({ label }) => label)).toEqual(['08:10', '08:20', '08:30', '08:40', '08:50', '09:00'])
  expect(plot.summary).toBe('Calls begun in the last hour: 15 in all, at most 12 in one minute')
})

test('a day is told by the quarter of an hour, also where the clock stands half an hour off', () => {
  const calls = Array.from({ length: 96 }, (_, index) => (index === 1 ? 1 : 0))
  const fromAt = Date.UTC(2026, 10, 20, 13, 15)
  const { plot } = dialChart({ stepMs: 15 * MINUTE_MS, fromAt, calls }, 'day', 'Asia/Kolkata')
  expect(plot.bars.map(({ label }) => label)).toEqual(['19:00–19:15: 1 call'])
  expect(plot.ticks.map(({ label }) => label)).toEqual(['00:00', '04:00', '08:00', '12:00', '16:00'])
})
