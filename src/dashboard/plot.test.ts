import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createPlot } from './plot.ts'

const steps = (counts: readonly number[]) => counts.map((count, index) => ({ count, label: `step ${index}: ${count}` }))

test('every bar stands in its place, as high as its count, and none leaves the picture', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(5_000), { minLength: 1, maxLength: 96 }), counts => {
      const { bars, top, height } = createPlot(steps(counts), 'calls')
      expect(bars.map(({ label }) => label)).toEqual(
        steps(counts).flatMap(({ count, label }) => (count > 0 ? [label] : [])),
      )
      expect(top).toBeGreaterThanOrEqual(Math.max(...counts))
      for (const bar of bars) {
        expect(bar.x + bar.width).toBeLessThanOrEqual(100.01)
        expect(bar.y + bar.height).toBeCloseTo(height, 1)
        const count = Number(bar.label.split(': ')[1])
        // A bar that would be too low to be seen is drawn higher.
        expect(bar.height).toBeCloseTo(Math.max(2, (height * count) / top), 1)
      }
    }),
  )
})

test.each([
  [[0, 0], 1, undefined],
  [[3], 4, 2],
  [[5], 6, 3],
  [[53], 60, 30],
  [[100], 100, 50],
  [[4_300], 6_000, 3_000],
])('the scale of %j ends at %i', (counts, top, middle) => {
  expect(createPlot(steps(counts), '')).toMatchObject({ top, middle })
})

test('a label that an edge would cut off is left out', () => {
  const ticked = Array.from({ length: 10 }, (_, index) => ({ count: 1, label: '', tick: String(index) }))
  expect(createPlot(ticked, '').ticks.map(({ label }) => label)).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9'])
  expect(createPlot([...ticked, ...ticked], '').ticks.at(-1)?.x).toBeLessThanOrEqual(94)
})
