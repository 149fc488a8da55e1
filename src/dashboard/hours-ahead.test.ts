import { expect, test } from 'vitest'
import type { CampaignGlance } from '../desk/campaign-board.ts'
import type { HoursAhead } from '../desk/hours-ahead.ts'
import { hoursAheadModel } from './hours-ahead.ts'

const campaign: CampaignGlance = {
  id: 'roof',
  name: 'Roof',
  provider: 'leadsail',
  status: 'draft',
  test: false,
  progress: { total: 10 },
  outcomes: {},
  stops: {},
  mode: 'dial',
  live: { now: 0, max: 1 },
  timezone: 'America/New_York',
}
const at = '2026-11-20T13:20:00.000Z'
const hour = (hours: number) => new Date(Date.parse('2026-11-20T13:00:00.000Z') + hours * 3_600_000).toISOString()
const ahead = (known: Partial<NonNullable<HoursAhead['known']>>): HoursAhead => ({
  isUnderWay: false,
  isAutomatic: true,
  known: { at, dialableNow: 0, laterByHour: [], blocked: {}, expectedFinishAt: null, ...known },
})

test('later hours are drawn by the clock of the campaign, the empty ones between them too', () => {
  const { known } = hoursAheadModel(
    ahead({
      dialableNow: 3,
      laterByHour: [
        { hour: hour(0), count: 2 },
        { hour: hour(5), count: 4 },
      ],
    }),
    campaign,
  )
  expect(known).toMatchObject({ now: 3, later: 6, never: 0, beyond: 0, given: 'If it were started at that moment:' })
  expect(known?.plot?.bars.map(({ label }) => label)).toEqual(['Fri 08:00: 2 leads', 'Fri 13:00: 4 leads'])
  expect(known?.plot?.bars[0]?.width).toBeCloseTo((100 / 12) * 0.8, 1)
  expect(known?.hours).toEqual([
    { label: 'Fri 08:00', count: 2 },
    { label: 'Fri 13:00', count: 4 },
  ])
})

test('hours beyond what is drawn are counted, and all of them are listed', () => {
  const { known } = hoursAheadModel(
    ahead({
      laterByHour: [
        { hour: hour(71), count: 1 },
        { hour: hour(72), count: 7 },
      ],
    }),
    campaign,
  )
  expect(known).toMatchObject({ later: 8, beyond: 7 })
  expect(known?.plot?.bars).toHaveLength(1)
  expect(known?.hours).toHaveLength(2)
})

test('who is blocked is told in words, most first', () => {
  const { known } = hoursAheadModel(ahead({ blocked: { suppressed: 1, expired: 1_200, odd_reason: 2 } }), campaign)
  expect(known?.never).toBe(1_203)
  expect(known?.blocked).toEqual([
    '1,200 leads will not get their turn before their time is over.',
    '2 leads are not called: odd reason.',
    '1 lead must not be called: their number is suppressed.',
  ])
  expect(known?.plot).toBeUndefined()
})

test('nothing is said of what is not known', () => {
  expect(hoursAheadModel({ isUnderWay: true, isAutomatic: false }, campaign).known).toBeUndefined()
})
