import { describe, expect, test } from 'vitest'
import { isTimeZone, resolveZones } from './time-zone.ts'

test.each(['America/New_York', 'US/Eastern', 'EST5EDT', 'UTC', 'Asia/Calcutta', 'Asia/Kolkata', 'Etc/GMT+5'])(
  '%s is a zone',
  name => {
    expect(isTimeZone(name)).toBe(true)
    expect(isTimeZone(name)).toBe(true)
  },
)

test.each([
  '',
  ' ',
  '+05:00',
  '-0500',
  '−05:00',
  'UTC+5',
  'America',
  'America/Nope',
  'Etc/Unknown',
  ' UTC',
  'EDT',
  'x'.repeat(10_000),
])('"%.20s" is none', name => {
  expect(isTimeZone(name)).toBe(false)
})

describe('the zones of a lead', () => {
  const all = {
    stated: 'America/Denver',
    vendor: 'America/Chicago',
    number: ['America/New_York', 'America/Toronto'],
    campaign: 'America/Los_Angeles',
  }

  test.each([
    [all, { zones: ['America/Denver'], source: 'stated' }],
    [
      { ...all, stated: '' },
      { zones: ['America/Chicago'], source: 'vendor' },
    ],
    [
      { ...all, stated: undefined, vendor: '  ' },
      { zones: all.number, source: 'number' },
    ],
    [
      { number: [], campaign: 'UTC' },
      { zones: ['UTC'], source: 'campaign' },
    ],
    [
      { number: ['America/New_York', 'Etc/Unknown'], campaign: 'UTC' },
      { zones: ['UTC'], source: 'campaign' },
    ],
    [{ campaign: 'UTC' }, { zones: ['UTC'], source: 'campaign' }],
  ])('of %j are %j', (sources, expected) => {
    expect(resolveZones(sources)).toEqual(expected)
  })

  test.each([
    [{ ...all, stated: '+05:00' }, /the event names "\+05:00"/],
    [{ ...all, stated: undefined, vendor: 'Eastern' }, /the vendor's lead names "Eastern"/],
    [{ campaign: 'Nowhere' }, /the campaign names "Nowhere"/],
    [{ number: ['Etc/Unknown'] }, /neither/],
    [{}, /neither/],
    [{ stated: '', vendor: ' ', number: [], campaign: '' }, /neither/],
  ])('of %j are none, and it says why', (sources, detail) => {
    expect(resolveZones(sources)).toEqual({ reason: 'no_timezone', detail: expect.stringMatching(detail) })
  })

  test('are not told at any length', () => {
    const answer = resolveZones({ stated: 'x'.repeat(100_000) })
    expect(JSON.stringify(answer).length).toBeLessThan(250)
  })
})
