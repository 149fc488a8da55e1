import type { Hours, Span } from './campaign.ts'

const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const DAY = 1440

/** What stands in a campaign file as one day's (or one SMS rule's) opening: one span or several. */
export type WindowText = string | readonly string[]

/** Days of a key of `windows`, 0 is Monday: `mon`, `mon-fri`, or around the week's end `sat-mon`. */
export function parseDays(key: string): number[] | undefined {
  const [first = '', last = first, ...rest] = key.split('-')
  const from = dayNames.indexOf(first)
  const to = dayNames.indexOf(last)
  if (from < 0 || to < 0 || rest.length > 0) return undefined
  return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, index) => (from + index) % 7)
}

/** Spans of `HH:MM-HH:MM`, or of a list of them. An end before its start lies on the next day; `24:00` may end. */
export function parseSpans(window: WindowText): { spans: Span[] } | { fault: string } {
  const spans: Span[] = []
  for (const text of typeof window === 'string' ? [window] : window) {
    const match = /^(\d{2}):(\d{2})-(\d{2}):(\d{2})$/.exec(text)
    if (!match) return { fault: `"${text}" is no window: write it as "09:00-20:00"` }
    const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
    const from = fromHour * 60 + fromMinute
    const to = toHour * 60 + toMinute
    if (fromMinute > 59 || toMinute > 59 || from >= DAY || to > DAY) return { fault: `"${text}" names no time of day` }
    if (from === to) return { fault: `"${text}" is empty: for the whole day write "00:00-24:00"` }
    spans.push({ from, to: to > from ? to : to + DAY })
  }
  return { spans }
}

/**
 * What is wrong with the keys of `windows`, each with its reason: no day or range, or a day that another key names; or,
 * without a key, that nothing is open at all. Bad windows are left to `parseSpans`.
 */
export function faultsOfDays(windows: Readonly<Record<string, unknown>>): { key?: string; fault: string }[] {
  const faults: { key?: string; fault: string }[] = []
  const namedBy = new Map<number, string>()
  for (const key of Object.keys(windows)) {
    const days = parseDays(key)
    if (!days)
      faults.push({ key, fault: 'is no day: use mon, tue, wed, thu, fri, sat, sun or a range such as mon-fri' })
    const named = days?.find(day => namedBy.has(day))
    if (named !== undefined) {
      faults.push({ key, fault: `names ${dayNames[named]}, which ${namedBy.get(named)} names already` })
    }
    for (const day of days ?? []) namedBy.set(day, key)
  }
  const isClosed = Object.values(windows).every(window => Array.isArray(window) && window.length === 0)
  if (isClosed) faults.push({ fault: 'is never open: name at least one day with a window' })
  return faults
}

/** Opening hours of `dial.windows` and `dial.holidays`. Throws `RangeError` on text that was not checked before. */
export function parseHours(windows: Readonly<Record<string, WindowText>>, holidays: readonly string[] = []): Hours {
  const week: Span[][] = dayNames.map(() => [])
  for (const [key, window] of Object.entries(windows)) {
    const days = parseDays(key)
    const parsed = parseSpans(window)
    if (!days || 'fault' in parsed) throw new RangeError(`no opening hours: ${key} ${String(window)}`)
    for (const day of days) week[day] = parsed.spans.map(span => ({ ...span }))
  }
  return { week, holidays: [...holidays] }
}

/** The same hours on every day, without holidays: the window of an SMS rule. */
export function dailyHours(window: WindowText): Hours {
  return parseHours({ 'mon-sun': window })
}
