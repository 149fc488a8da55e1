import { Temporal } from 'temporal-polyfill'

/**
 * Milliseconds of an ISO 8601 duration (`PT20S`, `P3D`, `P1W`, `PT0.2S`), rounded to a whole one. `undefined` for
 * anything else: no duration, a negative one, or one with years or months, whose length nobody can tell. A day is 24 h.
 */
export function parseDurationMs(text: string): number | undefined {
  if (!/^P[\dTWDHMS.,]+$/.test(text)) return undefined
  let parts: Temporal.Duration
  try {
    parts = Temporal.Duration.from(text)
  } catch {
    return undefined
  }
  if (parts.years !== 0 || parts.months !== 0) return undefined
  const hours = (parts.weeks * 7 + parts.days) * 24 + parts.hours
  const seconds = (hours * 60 + parts.minutes) * 60 + parts.seconds
  return Math.round(seconds * 1000 + parts.milliseconds + parts.microseconds / 1e3 + parts.nanoseconds / 1e6)
}

/** As `parseDurationMs`, for text that was checked before. Throws `RangeError` on what is no duration. */
export function durationMs(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined) throw new RangeError(`not a duration: ${text}`)
  return ms
}
