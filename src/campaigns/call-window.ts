import type { Hours } from './campaign.ts'
import { offsetAt } from './zone-offset.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** Nothing is planned further ahead; it also bounds the search where several zones never open together. */
const HORIZON_MS = 366 * DAY_MS

/**
 * Whether it is open at this instant in every one of the zones. No zones: never (where nobody knows the lead's time,
 * nobody calls). A holiday is closed from its first minute to its last, and a span that starts on it does not exist;
 * otherwise a span past midnight runs on into the next day, whatever that day's own hours. Where a clock change repeats
 * an hour, it is open in both. Throws `RangeError` on an unknown zone.
 */
export function isOpen(hours: Hours, zones: readonly string[], atMs: number): boolean {
  if (zones.length === 0) return false
  for (const zone of zones) {
    const local = atMs + offsetAt(zone, atMs).offsetMs
    if (nextLocalOpen(hours, local, local + 1) === undefined) return false
  }
  return true
}

/**
 * The earliest instant, not before `fromMs` and not after `untilMs`, at which it is open in every zone; `undefined` when
 * there is none (or none within a year). Throws `RangeError` on an unknown zone.
 */
export function nextOpenAt(
  hours: Hours,
  zones: readonly string[],
  fromMs: number,
  untilMs: number,
): number | undefined {
  if (zones.length === 0) return undefined
  const last = Math.min(untilMs, fromMs + HORIZON_MS)
  let at = fromMs
  // Each zone in turn moves the instant on to its own next opening; when a whole round moves nothing, all are open.
  for (let agreed = 0, turn = 0; agreed < zones.length; turn++) {
    const next = nextOpenIn(hours, zones[turn % zones.length] ?? '', at, last)
    if (next === undefined) return undefined
    agreed = next === at ? agreed + 1 : 1
    at = next
  }
  return at
}

function nextOpenIn(hours: Hours, zone: string, fromMs: number, lastMs: number): number | undefined {
  let at = fromMs
  while (at <= lastMs) {
    const { offsetMs, until } = offsetAt(zone, at)
    const end = Math.min(until, lastMs + 1)
    const local = nextLocalOpen(hours, at + offsetMs, end + offsetMs)
    if (local !== undefined) return local - offsetMs
    at = end
  }
  return undefined
}

/** The first open moment in [from, end) on a local clock that runs without changes; moments count as if it were UTC. */
function nextLocalOpen(hours: Hours, from: number, end: number): number | undefined {
  const today = Math.floor(from / DAY_MS)
  for (let day = today - 1; day * DAY_MS < end; day++) {
    if (isHoliday(hours, day)) continue
    let first = Number.POSITIVE_INFINITY
    for (const span of hours.week[weekdayOf(day)] ?? []) {
      const start = Math.max(from, day * DAY_MS + span.from * MINUTE_MS)
      if (start >= first || start >= end || start >= day * DAY_MS + span.to * MINUTE_MS) continue
      const date = Math.floor(start / DAY_MS)
      if (!isHoliday(hours, date)) first = start
    }
    if (first < end) return first
  }
  return undefined
}

/** 0 is Monday; day 0, the first of 1970, was a Thursday. */
function weekdayOf(day: number): number {
  return (((day + 3) % 7) + 7) % 7
}

function isHoliday(hours: Hours, day: number): boolean {
  return hours.holidays.length > 0 && hours.holidays.includes(new Date(day * DAY_MS).toISOString().slice(0, 10))
}
