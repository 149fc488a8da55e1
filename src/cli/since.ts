import { InvalidArgumentError } from 'commander'
import { parseDurationMs } from '../campaigns/duration.ts'
import type { Clock } from '../clock.ts'

/** A date, or a time of a day, with a zone or without one. */
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:\d\d)?)?$/

/**
 * Reads what follows `--since`, as the instant that the API is asked with: `2026-12-01`, `2026-12-01 09:00` (both in the
 * local zone, in which lists show their times), `2026-12-01T09:00:00Z`, or so long ago: `PT2H`.
 */
export function parseSince(clock: Clock): (text: string) => string {
  return text => {
    const agoMs = parseDurationMs(text)
    const ms = agoMs === undefined ? writtenMs(text) : clock.now() - agoMs
    // Years beyond 9999 and before 0 are written otherwise, and the API takes none of them.
    if (ms === undefined || !(ms >= 0 && ms < Date.UTC(10_000, 0))) {
      throw new InvalidArgumentError('It must be a date (2026-12-01), a time (2026-12-01T09:00) or so long ago (PT2H).')
    }
    return new Date(ms).toISOString()
  }
}

function writtenMs(text: string): number | undefined {
  const [, year, month, day, time = '00:00', zone = ''] = WRITTEN.exec(text) ?? []
  // `Date.parse` takes the 31st of November for the 1st of December.
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined
  return Date.parse(`${year}-${month}-${day}T${time}${zone}`)
}
