import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpen, nextOpening } from './hours.ts'

test('hours are on the clock of the zone', () => {
  const hours = { from: '09:00', to: '17:00' }
  const noonUtc = Date.parse('2026-11-20T12:00:00Z')
  expect(isOpen(hours, 'Europe/London', noonUtc)).toBe(true)
  expect(isOpen(hours, 'America/Los_Angeles', noonUtc)).toBe(false)
  expect(nextOpening(hours, 'America/Los_Angeles', noonUtc)).toBe(Date.parse('2026-11-20T17:00:00Z'))
  expect(isOpen({ from: '22:00', to: '06:00' }, 'Europe/London', noonUtc)).toBe(false)
  expect(isOpen({ from: '22:00', to: '06:00' }, 'America/Los_Angeles', noonUtc)).toBe(true)
})

test('the next opening is never before now and is open, through both changes of the clocks', () => {
  const minute = fc.integer({ min: 0, max: 1439 })
  const time = minute.map(
    all => `${String(Math.floor(all / 60)).padStart(2, '0')}:${String(all % 60).padStart(2, '0')}`,
  )
  const zones = fc.constantFrom('America/New_York', 'Europe/Berlin', 'Australia/Sydney', 'Asia/Kolkata', 'No/Where')
  const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2026-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(time, zones, instant, (from, zone, date) => {
      const hours = { from, to: `${String((Number(from.slice(0, 2)) + 8) % 24).padStart(2, '0')}${from.slice(2)}` }
      const opening = nextOpening(hours, zone, date.getTime())
      expect(opening).toBeGreaterThanOrEqual(date.getTime())
      expect(isOpen(hours, zone, opening)).toBe(true)
    }),
    { numRuns: 2000 },
  )
})
