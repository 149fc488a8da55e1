/** The clock of a zone, for what is told on the server in a time that is not the reader's. */
export interface ZoneClock {
  /** `09:30`. */
  time(at: number): string
  /** `Mon 09:30`. */
  dayTime(at: number): string
  /** `Mon`. */
  day(at: number): string
  /** `Mon 09:30 EST`, or `Mon 09:30 GMT+1` where the zone has no name in English. */
  named(at: number): string
  /** Minutes since local midnight. */
  minute(at: number): number
}

/** Making one takes a while, and charts are drawn every second. There are only some hundred zones. */
const clocks = new Map<string, ZoneClock>()

/** @throws RangeError for an unknown zone; neither a campaign file nor a journey has one */
export function zoneClock(timeZone: string): ZoneClock {
  const known = clocks.get(timeZone) ?? createZoneClock(timeZone)
  clocks.set(timeZone, known)
  return known
}

function createZoneClock(timeZone: string): ZoneClock {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'short' })
  const weekday = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' })
  const time = (at: number) => clock.format(at)
  return {
    time,
    day: at => weekday.format(at),
    dayTime: at => `${weekday.format(at)} ${time(at)}`,
    named(at) {
      const zone = name.formatToParts(at).find(({ type }) => type === 'timeZoneName')
      return `${weekday.format(at)} ${time(at)} ${zone?.value ?? timeZone}`
    },
    minute(at) {
      const [hours = 0, minutes = 0] = time(at).split(':').map(Number)
      return hours * 60 + minutes
    },
  }
}
