import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpen, nextOpenAt } from './call-window.ts'
import type { Hours } from './campaign.ts'
import { parseHours } from './hours.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const zones = Intl.supportedValuesOf('timeZone')

/** The oracle: wall clock by Intl, every rule spelled out again, nothing shared with the code under test. */
const formats = new Map<string, Intl.DateTimeFormat>()
function wallClock(zone: string, at: number): { date: string; minute: number } {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    })
    formats.set(zone, format)
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]))
  return {
    date: `${part['year']}-${part['month']}-${part['day']}`,
    minute: Number(part['hour']) * 60 + Number(part['minute']),
  }
}

function weekday(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7
}

function dayBefore(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) - DAY).toISOString().slice(0, 10)
}

function isOpenByOracle(hours: Hours, zone: string, at: number): boolean {
  const { date, minute } = wallClock(zone, at)
  if (hours.holidays.includes(date)) return false
  if ((hours.week[weekday(date)] ?? []).some(({ from, to }) => from <= minute && minute < to)) return true
  const eve = dayBefore(date)
  if (hours.holidays.includes(eve)) return false
  return (hours.week[weekday(eve)] ?? []).some(({ to }) => minute < to - 1440)
}

/** Both changes of the year in a zone (found by stepping the wall clock), or one arbitrary instant where it has none. */
function changesOf(zone: string, year: number): number[] {
  const shift = (at: number) => {
    const { date, minute } = wallClock(zone, at)
    return Date.parse(`${date}T00:00:00Z`) + minute * MINUTE - at
  }
  const found: number[] = []
  for (let at = Date.UTC(year, 0, 1); at < Date.UTC(year + 1, 0, 1); at += DAY) {
    if (shift(at) === shift(at + DAY)) continue
    let [low, high] = [at, at + DAY]
    while (high - low > MINUTE) {
      const middle = low + Math.floor((high - low) / 2 / MINUTE) * MINUTE
      if (shift(middle) === shift(low)) low = middle
      else high = middle
    }
    found.push(high)
  }
  return found.length > 0 ? found : [Date.UTC(year, 5, 15, 12)]
}

const span = fc
  .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 1, max: 1440 }))
  .map(([from, length]) => ({ from, to: from + length }))
const week = fc.array(fc.array(span, { maxLength: 2 }), { minLength: 7, maxLength: 7 })

function hoursNear(at: number): fc.Arbitrary<Hours> {
  const date = fc.integer({ min: -3, max: 3 }).map(days => new Date(at + days * DAY).toISOString().slice(0, 10))
  return fc.record({ week, holidays: fc.array(date, { maxLength: 2 }) })
}

describe('against a minute-by-minute scan of the wall clock', () => {
  test('in every zone, around every change of clocks, it is open exactly when the wall clock says so', () => {
    expect(zones.length).toBeGreaterThan(400)
    let outside = 0
    let looked = 0
    for (const zone of zones) {
      for (const change of changesOf(zone, 2027)) {
        const [hours] = fc.sample(hoursNear(change), { numRuns: 1, seed: change / MINUTE + zone.length })
        if (!hours) throw new Error('no sample')
        for (let at = change - 27 * HOUR; at < change + 27 * HOUR; at += 7 * MINUTE) {
          looked++
          if (isOpen(hours, [zone], at) !== isOpenByOracle(hours, zone, at)) outside++
        }
        for (let at = change - 3 * HOUR; at < change + 3 * HOUR; at += MINUTE) {
          looked++
          if (isOpen(hours, [zone], at) !== isOpenByOracle(hours, zone, at)) outside++
        }
      }
    }
    expect(looked).toBeGreaterThan(400_000)
    expect(outside).toBe(0)
  })

  test('the next opening is open in all zones and no minute before it is', () => {
    const question = fc
      .record({
        some: fc.uniqueArray(fc.constantFrom(...zones), { minLength: 1, maxLength: 3 }),
        pick: fc.nat(),
        year: fc.integer({ min: 2024, max: 2032 }),
        fromMinute: fc.integer({ min: -2 * 1440, max: 1440 }),
        lengthMinutes: fc.integer({ min: 0, max: 4 * 1440 }),
      })
      .chain(({ some, pick, year, fromMinute, lengthMinutes }) => {
        const changes = changesOf(some[0] ?? 'UTC', year)
        const from = (changes[pick % changes.length] ?? 0) + fromMinute * MINUTE
        return fc.record({
          some: fc.constant(some),
          from: fc.constant(from),
          until: fc.constant(from + lengthMinutes * MINUTE),
          hours: hoursNear(from + DAY),
        })
      })
    fc.assert(
      fc.property(question, ({ some, from, until, hours }) => {
        const next = nextOpenAt(hours, some, from, until)
        let expected: number | undefined
        for (let at = from; at <= until && expected === undefined; at += MINUTE) {
          if (some.every(zone => isOpenByOracle(hours, zone, at))) expected = at
        }
        expect(next).toBe(expected)
        if (next !== undefined) expect(isOpen(hours, some, next)).toBe(true)
      }),
      { numRuns: 400 },
    )
  })

  test('an opening is found to the millisecond from any millisecond', () => {
    const hours = parseHours({ 'mon-sun': '09:00-17:00' })
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 365 * DAY }), (zone, offset) => {
        const from = Date.UTC(2027, 0, 1) + offset
        const next = nextOpenAt(hours, [zone], from, from + 3 * DAY)
        if (next === undefined) throw new Error('never opens')
        expect(isOpen(hours, [zone], next)).toBe(true)
        if (next > from) expect(isOpen(hours, [zone], next - 1)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('by example', () => {
  const newYork = ['America/New_York']
  const at = (text: string) => Date.parse(text)

  test('a day has its own hours, from the first minute up to the last', () => {
    const hours = parseHours({ 'mon-fri': '09:00-20:00', sat: '10:00-18:00' })
    expect(isOpen(hours, newYork, at('2026-12-01T13:59:59.999Z'))).toBe(false)
    expect(isOpen(hours, newYork, at('2026-12-01T14:00:00.000Z'))).toBe(true)
    expect(isOpen(hours, newYork, at('2026-12-02T00:59:59.999Z'))).toBe(true)
    expect(isOpen(hours, newYork, at('2026-12-02T01:00:00.000Z'))).toBe(false)
    expect(isOpen(hours, newYork, at('2026-12-05T14:30:00Z'))).toBe(false)
    expect(isOpen(hours, newYork, at('2026-12-05T15:00:00Z'))).toBe(true)
    expect(isOpen(hours, newYork, at('2026-12-06T17:00:00Z'))).toBe(false)
  })

  test('a span past midnight runs into a day that is closed, but not into a holiday and not out of one', () => {
    const hours = parseHours({ fri: '22:00-02:00' }, ['2026-12-12', '2026-12-18'])
    expect(isOpen(hours, ['UTC'], at('2026-12-05T01:59:00Z'))).toBe(true)
    expect(isOpen(hours, ['UTC'], at('2026-12-05T02:00:00Z'))).toBe(false)
    expect(isOpen(hours, ['UTC'], at('2026-12-11T23:59:00Z'))).toBe(true)
    expect(isOpen(hours, ['UTC'], at('2026-12-12T00:00:00Z'))).toBe(false)
    expect(isOpen(hours, ['UTC'], at('2026-12-18T23:00:00Z'))).toBe(false)
    expect(isOpen(hours, ['UTC'], at('2026-12-19T01:00:00Z'))).toBe(false)
    expect(nextOpenAt(hours, ['UTC'], at('2026-12-12T00:00:00Z'), at('2027-01-01T00:00:00Z'))).toBe(
      at('2026-12-25T22:00:00Z'),
    )
  })

  test('an hour that spring skips opens nothing, an hour that autumn repeats is open twice', () => {
    const hours = parseHours({ 'mon-sun': '02:00-03:00' })
    expect(nextOpenAt(hours, newYork, at('2027-03-14T06:00:00Z'), at('2027-03-20T00:00:00Z'))).toBe(
      at('2027-03-15T06:00:00Z'),
    )
    const early = parseHours({ 'mon-sun': '01:00-01:30' })
    expect(isOpen(early, newYork, at('2026-11-01T05:15:00Z'))).toBe(true)
    expect(isOpen(early, newYork, at('2026-11-01T05:45:00Z'))).toBe(false)
    expect(isOpen(early, newYork, at('2026-11-01T06:15:00Z'))).toBe(true)
  })

  test('a holiday is the one of the lead, not of the machine', () => {
    const hours = parseHours({ 'mon-sun': '00:00-24:00' }, ['2026-12-25'])
    expect(isOpen(hours, ['Pacific/Auckland'], at('2026-12-24T11:00:00Z'))).toBe(false)
    expect(isOpen(hours, ['America/Los_Angeles'], at('2026-12-25T07:59:00Z'))).toBe(true)
    expect(isOpen(hours, ['America/Los_Angeles'], at('2026-12-26T07:59:00Z'))).toBe(false)
  })

  test('several zones are open only together; without a zone nobody is called', () => {
    const hours = parseHours({ 'mon-sun': '09:00-20:00' })
    const both = ['America/New_York', 'America/Los_Angeles']
    expect(nextOpenAt(hours, both, at('2026-12-01T12:00:00Z'), at('2026-12-03T00:00:00Z'))).toBe(
      at('2026-12-01T17:00:00Z'),
    )
    expect(isOpen(hours, both, at('2026-12-01T16:00:00Z'))).toBe(false)
    expect(isOpen(hours, [], at('2026-12-01T17:00:00Z'))).toBe(false)
    expect(nextOpenAt(hours, [], at('2026-12-01T17:00:00Z'), at('2026-12-09T00:00:00Z'))).toBeUndefined()
  })

  test('zones that never open together end the search, however far it may look', () => {
    const hours = parseHours({ 'mon-sun': '09:00-12:00' })
    const apart = ['Pacific/Auckland', 'Europe/London']
    expect(nextOpenAt(hours, apart, at('2026-12-01T00:00:00Z'), Number.POSITIVE_INFINITY)).toBeUndefined()
  })

  test('until is the last instant that counts', () => {
    const hours = parseHours({ 'mon-sun': '09:00-12:00' })
    const open = at('2026-12-01T09:00:00Z')
    expect(nextOpenAt(hours, ['UTC'], open - HOUR, open)).toBe(open)
    expect(nextOpenAt(hours, ['UTC'], open - HOUR, open - 1)).toBeUndefined()
    expect(nextOpenAt(hours, ['UTC'], open, open - 1)).toBeUndefined()
  })

  test('an unknown zone is an error, not an open door', () => {
    const hours = parseHours({ 'mon-sun': '00:00-24:00' })
    expect(() => isOpen(hours, ['Mars/Olympus'], 0)).toThrow(RangeError)
    expect(() => nextOpenAt(hours, ['Mars/Olympus'], 0, DAY)).toThrow(RangeError)
  })
})
