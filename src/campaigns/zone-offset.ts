import { Temporal } from 'temporal-polyfill'

/** A stretch of time in which a zone's offset from UTC does not change: `from` <= instant < `until`. */
export interface OffsetStretch {
  from: number
  until: number
  /** Local time minus UTC, in milliseconds. */
  offsetMs: number
}

const MAX_ZONES = 1_000
const MAX_STRETCHES = 8
const stretchesOf = new Map<string, OffsetStretch[]>()

/**
 * The offset of a time zone at an instant, and how long it stays. Remembered, since every dial asks for the same few
 * stretches and a look into the zone's rules costs a hundred times as much. Throws `RangeError` on an unknown zone.
 */
export function offsetAt(timeZone: string, atMs: number): OffsetStretch {
  let stretches = stretchesOf.get(timeZone)
  if (stretches) {
    for (const stretch of stretches) if (stretch.from <= atMs && atMs < stretch.until) return stretch
  }
  const found = lookUp(timeZone, atMs)
  if (!stretches) {
    if (stretchesOf.size >= MAX_ZONES) stretchesOf.clear()
    stretches = []
    stretchesOf.set(timeZone, stretches)
  }
  if (stretches.length >= MAX_STRETCHES) stretches.shift()
  stretches.push(found)
  return found
}

function lookUp(timeZone: string, atMs: number): OffsetStretch {
  const here = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  const next = here.getTimeZoneTransition('next')
  // "Previous" is strictly before, so the search starts a moment later: a change at this very instant begins the stretch.
  const previous = here.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
  return {
    from: previous?.epochMilliseconds ?? Number.NEGATIVE_INFINITY,
    until: next?.epochMilliseconds ?? Number.POSITIVE_INFINITY,
    offsetMs: here.offsetNanoseconds / 1e6,
  }
}
