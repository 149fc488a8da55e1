import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawPicture, type Paint } from './picture.ts'
import type { View } from './view.ts'

const plain: Paint = (_style, text) => text
const marked: Paint = (style, text) => `<${style}>${text}</${style}>`

const view: View = {
  elapsedMs: 12_345,
  total: 25,
  sent: { accepted: 20, duplicates: 1 },
  states: [
    { state: 'scheduled', count: 3 },
    { state: 'in_call', count: 2 },
    { state: 'done', count: 15 },
  ],
  finished: 15,
  live: [
    { leadId: 'lead_01', sinceMs: 1_000 },
    { leadId: 'lead_02', sinceMs: 200 },
  ],
  outcomes: [
    { outcome: 'qualified', count: 9 },
    { outcome: 'no_answer', count: 6 },
  ],
  texts: { sent: 4, waiting: 2 },
  pixels: { fired: 9, waiting: 0 },
  news: Array.from({ length: 20 }, (_, index) => ({
    elapsedMs: index * 100,
    leadId: 'lead_03',
    what: `news ${index}`,
    notable: false,
  })),
}

test('shows leads by state, live calls, outcomes, follow-ups and the latest news', () => {
  const picture = drawPicture(view, { width: 100, height: 40, paint: plain })
  const text = picture.join('\n')
  expect(text).toContain('20 of 25 webhooks sent, 1 of them twice')
  expect(text).toMatch(/█{15}░{10} 15 of 25 leads finished/)
  expect(text).toMatch(/in call +2 +█+ +no answer +6 +█+/)
  expect(text).toMatch(/Live calls +2 +Ava 1\.0 s · Noah 0\.2 s/)
  expect(text).toContain('texts 4 sent, 2 waiting · pixels 9 fired')
  expect(picture.slice(-2)).toEqual([expect.stringMatching(/Mia +news 18$/), expect.stringMatching(/Mia +news 19$/)])
})

test('fits any terminal', () => {
  const size = fc.record({ width: fc.integer({ min: 1, max: 200 }), height: fc.integer({ min: 0, max: 60 }) })
  fc.assert(
    fc.property(size, ({ width, height }) => {
      const picture = drawPicture(view, { width, height, paint: plain })
      expect(picture.length).toBeLessThanOrEqual(height)
      expect(Math.max(0, ...picture.map(line => line.length))).toBeLessThanOrEqual(width)
    }),
  )
})

test('cuts texts, never styles', () => {
  for (const width of [3, 20, 50, 90]) {
    for (const line of drawPicture(view, { width, height: 40, paint: marked })) {
      expect(line.replaceAll(/<(\w+)>[^<>]*<\/\1>/g, '')).not.toMatch(/[<>]/)
    }
  }
})
