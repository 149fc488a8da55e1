/** The clock of a zone, for charts that are drawn on the server. */
export interface ZoneClock {
  /** `09:30`. */
  time(at: number): string
  /** `Mon 09:30`. */
  dayTime(at: number): string
  /** `Mon`. */
  day(at: number): string
  /** Minutes since local midnight. */
  minute(at: number): number
}

/** Making one takes a while, and charts are drawn every second. Zones come from campaign files, so they are few. */
const clocks = new Map<string, ZoneClock>()

/** @throws RangeError for an unknown zone; a campaign file has none */
export function zoneClock(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone) ?? createZoneClock(timeZone)
  clocks.set(timeZone, known)
  return known
}

function createZoneClock(timeZone: string): ZoneClock {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const weekday = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' })
  const time = (at: number) => clock.format(at)
  return {
    time,
    day: at => weekday.format(at),
    dayTime: at => `${weekday.format(at)} ${time(at)}`,
    minute(at) {
      const [hours = 0, minutes = 0] = time(at).split(':').map(Number)
      return hours * 60 + minutes
    },
  }
}
