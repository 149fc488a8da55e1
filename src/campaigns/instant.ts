import { Temporal } from 'temporal-polyfill'

const SHAPE = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/

/**
 * Milliseconds since the epoch of an ISO 8601 date (its midnight), local date and time, or date and time with an offset.
 * Without an offset it is read in `timeZone`; a local time that a clock change skips moves forward, one that occurs
 * twice is the first of the two. `undefined` for anything else.
 */
export function parseInstantMs(text: string, timeZone = 'UTC'): number | undefined {
  const match = SHAPE.exec(text)
  if (!match) return undefined
  try {
    if (match[2] !== undefined) return Temporal.Instant.from(text).epochMilliseconds
    return Temporal.PlainDateTime.from(text).toZonedDateTime(timeZone).epochMilliseconds
  } catch {
    return undefined
  }
}
