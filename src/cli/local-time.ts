/** The zone in which times are shown: that of whoever reads them (`TZ`, else the machine's). */
export function localZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone
}

const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('sv-SE', options)

const upToSeconds = format({ dateStyle: 'short', timeStyle: 'medium' })
const upToMinutes = format({ dateStyle: 'short', timeStyle: 'short' })

/** An instant of the API in local time: `2026-12-01 09:05:07`; what is none is handed back. */
export function localTime(at: string): string
export function localTime(at: string | undefined): string | undefined
export function localTime(at: string | undefined): string | undefined {
  const ms = at === undefined ? Number.NaN : Date.parse(at)
  return Number.isNaN(ms) ? at : upToSeconds.format(ms)
}

/** The same without seconds, for what is planned by the hour. */
export function localMinute(at: string): string {
  const ms = Date.parse(at)
  return Number.isNaN(ms) ? at : upToMinutes.format(ms)
}
