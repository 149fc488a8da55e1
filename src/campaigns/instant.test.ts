import { expect, test } from 'vitest'
import { parseInstantMs } from './instant.ts'

test.each([
  ['2026-12-01', 'UTC', '2026-12-01T00:00:00Z'],
  ['2026-12-01', 'America/New_York', '2026-12-01T05:00:00Z'],
  ['2026-12-01T09:00', 'America/New_York', '2026-12-01T14:00:00Z'],
  ['2026-12-01T09:00:30.5', 'UTC', '2026-12-01T09:00:30.500Z'],
  ['2026-12-01T09:00Z', 'America/New_York', '2026-12-01T09:00:00Z'],
  ['2026-12-01T09:00+02:00', 'America/New_York', '2026-12-01T07:00:00Z'],
  ['2027-03-14T02:30', 'America/New_York', '2027-03-14T07:30:00Z'],
  ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00Z'],
])('%s in %s is %s', (text, zone, iso) => {
  expect(parseInstantMs(text, zone)).toBe(Date.parse(iso))
})

test.each(['', 'tomorrow', '2026-02-30', '2026-12-01T25:00', '2026-12-01Z', '20261201', '2026-12-01T09:00[UTC]', '1'])(
  '"%s" is no instant',
  text => {
    expect(parseInstantMs(text)).toBeUndefined()
  },
)
