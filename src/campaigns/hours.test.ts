import { describe, expect, test } from 'vitest'
import { dailyHours, faultsOfDays, parseDays, parseHours, parseSpans } from './hours.ts'

test.each([
  ['mon', [0]],
  ['sun', [6]],
  ['mon-fri', [0, 1, 2, 3, 4]],
  ['sat-mon', [5, 6, 0]],
  ['tue-mon', [1, 2, 3, 4, 5, 6, 0]],
  ['wed-wed', [2]],
])('%s is days %j', (key, days) => {
  expect(parseDays(key)).toEqual(days)
})

test.each(['', 'Mon', 'monday', 'mon-', '-mon', 'mon-fri-sun', 'mon,tue', 'mon - fri'])('"%s" is no day', key => {
  expect(parseDays(key)).toBeUndefined()
})

test.each([
  ['09:00-20:00', [{ from: 540, to: 1200 }]],
  ['00:00-24:00', [{ from: 0, to: 1440 }]],
  ['22:00-02:00', [{ from: 1320, to: 1560 }]],
  ['22:00-00:00', [{ from: 1320, to: 1440 }]],
  [
    ['09:00-12:00', '13:30-18:00'],
    [
      { from: 540, to: 720 },
      { from: 810, to: 1080 },
    ],
  ],
  [[], []],
])('%j opens %j', (window, spans) => {
  expect(parseSpans(window)).toEqual({ spans })
})

test.each([
  '9:00-20:00',
  '09:00',
  '09:00-24:01',
  '24:00-09:00',
  '09:60-10:00',
  '25:00-26:00',
  '09:00-09:00',
  '09:00–20:00',
  '',
])('"%s" is no window', window => {
  expect(parseSpans(window)).toHaveProperty('fault')
  expect(parseSpans(['10:00-11:00', window])).toHaveProperty('fault')
})

describe('a week', () => {
  test('takes each day from its key and leaves the others closed', () => {
    const { week, holidays } = parseHours({ 'sat-sun': '10:00-11:00', wed: [] }, ['2026-12-25'])
    expect(week).toEqual([[], [], [], [], [], [{ from: 600, to: 660 }], [{ from: 600, to: 660 }]])
    expect(holidays).toEqual(['2026-12-25'])
  })

  test('of an SMS window is the same every day', () => {
    expect(dailyHours('09:00-20:00').week).toEqual(Array.from({ length: 7 }, () => [{ from: 540, to: 1200 }]))
  })

  test('names every key that is no day or stands in the way of another, and a week that never opens', () => {
    expect(faultsOfDays({ 'mon-fri': '09:00-20:00', fri: '10:00-11:00', Sunday: '09:00-10:00' })).toEqual([
      { key: 'fri', fault: 'names fri, which mon-fri names already' },
      { key: 'Sunday', fault: expect.stringMatching(/^is no day/) },
    ])
    expect(faultsOfDays({})).toEqual([{ fault: expect.stringMatching(/never open/) }])
    expect(faultsOfDays({ mon: [] })).toHaveLength(1)
    expect(faultsOfDays({ mon: [], tue: '09:00-10:00' })).toEqual([])
  })

  test('of text that was not checked throws', () => {
    expect(() => parseHours({ mon: 'always' })).toThrow(RangeError)
    expect(() => parseHours({ someday: '09:00-10:00' })).toThrow(RangeError)
  })
})
