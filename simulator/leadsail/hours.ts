import type { AutoDialerRules } from './control.ts'

type Hours = NonNullable<AutoDialerRules['hours']>

const minuteMs = 60_000
const dayMinutes = 1440
const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether it is inside the hours on a clock of this zone; an end before its start crosses midnight. */
export function isOpen(hours: Hours, timezone: string | undefined, instant: number): boolean {
  return minutesToOpening(hours, timezone, instant) === 0
}

/** The first instant from this one on that is inside the hours. */
export function nextOpening(hours: Hours, timezone: string | undefined, instant: number): number {
  let at = instant
  // Twice: a change of the clocks on the way moves the opening once.
  for (let round = 0; round < 2; round += 1) at += minutesToOpening(hours, timezone, at) * minuteMs
  return at
}

function minutesToOpening(hours: Hours, timezone: string | undefined, instant: number): number {
  const from = minutesOf(hours.from)
  const until = minutesOf(hours.to)
  const local = localMinutes(timezone, instant)
  const open = from <= until ? local >= from && local < until : local >= from || local < until
  return open ? 0 : (from - local + dayMinutes) % dayMinutes
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number)
  return hour * 60 + minute
}

/** Minutes since local midnight; a zone that does not exist counts as New York, where the account is. */
function localMinutes(timezone: string | undefined, instant: number): number {
  return minutesOf(formatOf(timezone ?? 'America/New_York').format(instant))
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known !== undefined) return known
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    })
  } catch {
    format = formatOf('America/New_York')
  }
  formats.set(timezone, format)
  return format
}
