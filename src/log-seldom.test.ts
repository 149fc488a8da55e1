import { expect, test } from 'vitest'
import { createLogSeldom, type Often } from './log-seldom.ts'

function start() {
  let now = 1_000
  const lines: [number, string, Often][] = []
  const seldom = createLogSeldom(() => now)
  return {
    lines,
    at(ms: number, kind: string) {
      now = ms
      seldom(kind, often => lines.push([ms, kind, often]))
    },
  }
}

test('the first is told at once, the next after a while with how many there were, and each kind by itself', () => {
  const { at, lines } = start()
  for (let ms = 0; ms < 25_000; ms += 100) at(ms, 'away')
  at(12_345, 'full')
  expect(lines).toEqual([
    [0, 'away', {}],
    [10_000, 'away', { times: 100, since: '1970-01-01T00:00:00.000Z' }],
    [20_000, 'away', { times: 100, since: '1970-01-01T00:00:10.000Z' }],
    [12_345, 'full', {}],
  ])
})

test('what comes once in a while is told each time', () => {
  const { at, lines } = start()
  for (const ms of [0, 10_000, 50_000]) at(ms, 'away')
  expect(lines.map(([ms, , often]) => [ms, often])).toEqual([
    [0, {}],
    [10_000, {}],
    [50_000, {}],
  ])
})

test('what is told after a long while says since when it was counted, and a clock set back silences nothing', () => {
  const { at, lines } = start()
  for (const ms of [0, 1, 2, 86_400_000, 3, 4]) at(ms, 'away')
  expect(lines).toEqual([
    [0, 'away', {}],
    [86_400_000, 'away', { times: 3, since: '1970-01-01T00:00:00.000Z' }],
    [3, 'away', {}],
  ])
})

test('faults that are new each time do not fill the memory, and are all told', () => {
  const { at, lines } = start()
  for (let fault = 0; fault < 1_000; fault += 1) at(0, `fault ${fault}`)
  expect(lines).toHaveLength(1_000)
  at(0, 'fault 999')
  expect(lines).toHaveLength(1_000)
  at(0, 'fault 0')
  expect(lines).toHaveLength(1_001)
})
