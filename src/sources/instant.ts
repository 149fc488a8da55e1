import { z } from 'zod'

/** Below this a number of seconds since the epoch is meant, not of milliseconds: it lies in the year 2001. */
const LEAST_MS = 1_000_000_000_000

/** Without an offset it is UTC: read as this machine's local time it would move with the machine. */
function fromIso(text: string): number {
  const local = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)$/.exec(text.trim())
  return Date.parse(local === null ? text : `${local[1]}T${local[2]}Z`)
}

/** An instant as senders write it, in ms since the epoch. What cannot be read is taken as not said: it must not cost the event. */
export const Instant = z
  .union([z.number().transform(value => (value < LEAST_MS ? value * 1000 : value)), z.string().transform(fromIso)])
  .pipe(z.number().min(0).max(8.64e15).transform(Math.round))
  .optional()
  .catch(undefined)
