import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isOpen } from './call-window.ts'
import type { DialRules, Hours } from './campaign.ts'
import { dailyHours, parseHours } from './hours.ts'
import { effectiveDialRules, textHours } from './state-rules.ts'
import { stateRuleOf, usStates } from './us-states.ts'

const MINUTE_MS = 60_000
const MONDAY = Date.UTC(2026, 5, 1)

const base: DialRules = {
  hours: parseHours({ 'mon-sun': '00:00-24:00' }),
  stateRules: 'us',
  maxAttempts: 3,
  maxPer24h: 10,
  minGapMs: 0,
  notAfterMs: 1,
  retryMs: {},
  stopOn: [],
  pace: { callsPerSecond: 1, maxLive: 1 },
  onUnknown: 'redial',
}
const phoneIn = (state: string) => `+1${usStates[state]?.areaCodes[0]}5550123`

/** The local day and time at which calls of an always-open campaign begin and end. */
function openAt(state: string, day: number): string[] {
  const { hours } = effectiveDialRules(base, phoneIn(state))
  const turns: string[] = []
  for (let minute = 0; minute < 1440; minute += 1) {
    const at = MONDAY + (day * 1440 + minute) * MINUTE_MS
    const was = minute > 0 && isOpen(hours, ['UTC'], at - MINUTE_MS)
    if (isOpen(hours, ['UTC'], at) !== was) turns.push(new Date(at).toISOString().slice(11, 16))
  }
  return turns
}

describe('the table', () => {
  test.each([
    ['FL', ['08:00', '20:00'], ['08:00', '20:00'], 3],
    ['OK', ['08:00', '20:00'], ['08:00', '20:00'], 3],
    ['MD', ['08:00', '20:00'], ['08:00', '20:00'], 3],
    ['WA', ['08:00', '20:00'], ['08:00', '20:00'], 10],
    ['TX', ['09:00', '21:00'], ['12:00', '21:00'], 10],
    ['CT', ['09:00', '20:00'], ['09:00', '20:00'], 10],
    ['AL', ['08:00', '20:00'], [], 10],
    ['LA', ['08:00', '20:00'], [], 10],
    ['MA', ['08:00', '20:00'], ['08:00', '20:00'], 10],
    ['MS', ['08:00', '20:00'], ['08:00', '20:00'], 10],
    ['KY', ['10:00', '21:00'], ['10:00', '21:00'], 10],
    ['MI', ['09:00', '21:00'], ['09:00', '21:00'], 10],
    ['MN', ['09:00', '21:00'], ['09:00', '21:00'], 10],
    ['NM', ['09:00', '21:00'], ['09:00', '21:00'], 10],
    ['NV', ['09:00', '20:00'], ['09:00', '20:00'], 10],
    ['RI', ['09:00', '18:00'], ['09:00', '18:00'], 10],
  ])('%s is called %j on weekdays, %j on Sundays, at most %i times a day', (state, weekday, sunday, cap) => {
    expect(openAt(state, 0)).toEqual(weekday)
    expect(openAt(state, 6)).toEqual(sunday)
    expect(effectiveDialRules(base, phoneIn(state)).maxPer24h).toBe(cap)
  })

  test('no area code belongs to two states', () => {
    const codes = Object.values(usStates).flatMap(({ areaCodes }) => areaCodes)
    expect(codes).toHaveLength(new Set(codes).size)
  })

  test('every rule says where it was read', () => {
    for (const { source } of Object.values(usStates)) expect(source).toMatch(/https:\/\//)
  })
})

test.each([
  ['none asks for it', { ...base, stateRules: 'none' as const }, '+13055550123'],
  ['the state has none', base, '+12125550123'],
  ['the number is from elsewhere', base, '+443055550123'],
  ['it is no number', base, ''],
])('the rules stay as they are where %s', (_why, rules, phone) => {
  expect(effectiveDialRules(rules, phone)).toBe(rules)
})

test('a cap of the campaign that is stricter stays', () => {
  expect(effectiveDialRules({ ...base, maxPer24h: 1 }, phoneIn('FL')).maxPer24h).toBe(1)
})

const time = fc
  .integer({ min: 0, max: 1439 })
  .map(minute => `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`)
const span = fc
  .tuple(time, time)
  .filter(([from, to]) => from !== to)
  .map(([from, to]) => `${from}-${to}`)
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const windows = fc
  .tuple(...dayNames.map(() => fc.array(span, { maxLength: 3 })))
  .map(week => Object.fromEntries(dayNames.map((day, index) => [day, week[index] ?? []])))
const zones = fc.constantFrom('America/New_York', 'America/Chicago', 'America/Los_Angeles', 'America/Phoenix')

test('it is open exactly where the campaign and the state are both open, holidays and clock changes included', () => {
  fc.assert(
    fc.property(
      windows,
      fc.constantFrom(...Object.keys(usStates)),
      zones,
      fc.array(fc.constantFrom('2026-03-08', '2026-03-09', '2026-11-01', '2026-06-03'), { maxLength: 3 }),
      fc.constantFrom(Date.UTC(2026, 2, 7), Date.UTC(2026, 9, 31), Date.UTC(2026, 5, 1)),
      fc.array(fc.integer({ min: 0, max: 4 * 1440 }), { minLength: 20, maxLength: 60 }),
      (week, state, zone, holidays, from, minutes) => {
        const rules = { ...base, hours: parseHours(week, holidays) }
        const narrowed = effectiveDialRules(rules, phoneIn(state))
        const own = stateRuleOf(phoneIn(state))?.hours ?? rules.hours
        for (const minute of minutes) {
          const at = from + minute * MINUTE_MS
          const both = isOpen(rules.hours, [zone], at) && isOpen(own, [zone], at)
          expect(isOpen(narrowed.hours, [zone], at)).toBe(both)
        }
      },
    ),
    { numRuns: 300 },
  )
})

describe('texts', () => {
  const daily = dailyHours('00:00-24:00')
  const turns = (hours: Hours, day: number) => {
    const open = (minute: number) => isOpen(hours, ['UTC'], MONDAY + (day * 1440 + minute) * MINUTE_MS)
    return Array.from({ length: 1440 }, (_, minute) => minute)
      .filter(minute => open(minute) !== (minute > 0 && open(minute - 1)))
      .map(minute => new Date(MONDAY + minute * MINUTE_MS).toISOString().slice(11, 16))
  }

  test.each([
    ['TX', ['09:00', '21:00'], ['12:00', '21:00']],
    ['MD', ['08:00', '20:00'], ['08:00', '20:00']],
    ['AL', ['08:00', '20:00'], []],
  ])('to %s go out %j on weekdays, %j on Sundays', (state, weekday, sunday) => {
    const hours = textHours(base, daily, phoneIn(state))
    expect(turns(hours, 0)).toEqual(weekday)
    expect(turns(hours, 6)).toEqual(sunday)
  })

  test.each([
    ['the campaign asks for none', 'none', phoneIn('TX')],
    ['the state has none', 'us', '+12125550123'],
  ] as const)('keep their own hours where %s', (_why, stateRules, phone) => {
    expect(textHours({ stateRules }, daily, phone)).toBe(daily)
  })

  test('keep a window of their own that is narrower, holidays of the calls left aside', () => {
    const rules = { ...base, hours: parseHours({}, ['2026-06-01']) }
    const hours = textHours(rules, dailyHours('11:00-13:00'), phoneIn('TX'))
    expect(turns(hours, 0)).toEqual(['11:00', '13:00'])
    expect(turns(hours, 6)).toEqual(['12:00', '13:00'])
  })
})

test('nothing ever becomes wider', () => {
  fc.assert(
    fc.property(fc.constantFrom(...Object.keys(usStates)), fc.integer({ min: 1, max: 50 }), (state, maxPer24h) => {
      const { maxPer24h: cap, ...rest } = effectiveDialRules({ ...base, maxPer24h }, phoneIn(state))
      expect(cap).toBeLessThanOrEqual(maxPer24h)
      expect({ ...rest, hours: base.hours }).toEqual({ ...base, hours: base.hours, maxPer24h: undefined })
    }),
  )
})
