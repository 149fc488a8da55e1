import { expect, test } from 'vitest'
import { createLogSeldom } from './log-seldom.ts'

function start() {
  let now = 1_000
  const lines: [number, string, { times?: number }][] = []
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
    [10_000, 'away', { times: 100 }],
    [20_000, 'away', { times: 100 }],
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

test('faults that are new each time do not fill the memory, and are all told', () => {
  const { at, lines } = start()
  for (let fault = 0; fault < 1_000; fault += 1) at(0, `fault ${fault}`)
  expect(lines).toHaveLength(1_000)
  at(0, 'fault 999')
  expect(lines).toHaveLength(1_000)
  at(0, 'fault 0')
  expect(lines).toHaveLength(1_001)
})
