import { expect, test } from 'vitest'
import { isAlwaysOpen, weekWords } from './window-words.ts'

type Week = Parameters<typeof weekWords>[0]['week']

const span = (from: number, to: number) => ({ from: from * 60, to: to * 60 })
/** Days from Monday on; the rest is closed. */
const week = (...days: Week): Week => [...days, ...Array.from({ length: 7 - days.length }, () => [])]
const every = (...spans: Week[number]): Week => Array.from({ length: 7 }, () => spans)

test.each<[string, Week]>([
  [
    'Monday to Friday 09:00–20:00; Saturday 10:00–18:00',
    week(...Array.from({ length: 5 }, () => [span(9, 20)]), [span(10, 18)]),
  ],
  ['Every day 09:00–12:00 and 14:00–20:30', every(span(9, 12), { from: 840, to: 1230 })],
  ['Monday 22:00–02:00 of the next day', week([span(22, 26)])],
  ['Sunday all day', week([], [], [], [], [], [], [span(0, 24)])],
  ['Monday 09:00–10:00; Wednesday 09:00–10:00', week([span(9, 10)], [], [span(9, 10)])],
])('%s', (words, hours) => {
  expect(weekWords({ week: hours })).toBe(words)
  expect(isAlwaysOpen({ week: hours })).toBe(false)
})

test('a week without an end is told apart', () => {
  expect(isAlwaysOpen({ week: every(span(0, 24)) })).toBe(true)
})
