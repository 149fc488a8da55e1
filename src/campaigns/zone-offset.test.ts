import { expect, test } from 'vitest'
import { offsetAt } from './zone-offset.ts'

const HOUR = 3_600_000

test('an offset holds from one change of clocks to the next, both to the millisecond', () => {
  const spring = Date.parse('2027-03-14T07:00:00Z')
  const autumn = Date.parse('2027-11-07T06:00:00Z')
  const summer = { from: spring, until: autumn, offsetMs: -4 * HOUR }
  // Asked first at the change itself, where "the change before" is easily taken for this one.
  expect(offsetAt('America/New_York', spring)).toEqual(summer)
  expect(offsetAt('America/New_York', spring - 1)).toMatchObject({ until: spring, offsetMs: -5 * HOUR })
  expect(offsetAt('America/New_York', autumn - 1)).toEqual(summer)
  expect(offsetAt('America/New_York', autumn)).toMatchObject({ from: autumn, offsetMs: -5 * HOUR })
})

test('where clocks never change it holds for ever', () => {
  expect(offsetAt('UTC', 0)).toEqual({ from: -Infinity, until: Infinity, offsetMs: 0 })
})

test('many stretches of one zone do not push out the right answer', () => {
  for (let year = 2000; year < 2040; year++) {
    expect(offsetAt('Europe/Berlin', Date.UTC(year, 0, 1)).offsetMs).toBe(HOUR)
    expect(offsetAt('Europe/Berlin', Date.UTC(year, 6, 1)).offsetMs).toBe(2 * HOUR)
  }
})

test('an unknown zone throws', () => {
  expect(() => offsetAt('Mars/Olympus', 0)).toThrow(RangeError)
})
