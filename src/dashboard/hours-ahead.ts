import type { CampaignGlance } from '../desk/campaign-board.ts'
import type { HoursAhead } from '../desk/hours-ahead.ts'
import { blockedWord } from './campaign-words.ts'
import { counted } from './counted.ts'
import { createPlot, type Plot } from './plot.ts'
import { zoneClock } from './zone-clock.ts'

const HOUR_MS = 3_600_000

/** Hours that are drawn; three days is how long a lead may wait unless its campaign says otherwise. */
const MAX_HOURS = 72
/** Of a shorter time each hour would be a wall instead of a bar. */
const LEAST_HOURS = 12

/** What the coming hours hold, as the page of a campaign tells it. */
export interface HoursAheadModel {
  isUnderWay: boolean
  isAutomatic: boolean
  /** The vendor's own dialer calls: what lies ahead are hand-overs. */
  isHandOver: boolean
  known?: {
    at: string
    /** What it takes for granted of a campaign that does not run. */
    given: string | undefined
    now: number
    later: number
    never: number
    finishAt: string | undefined
    plot: Plot | undefined
    hours: { label: string; count: number }[]
    /** Of hours that are not drawn. */
    beyond: number
    blocked: string[]
    zone: string
  }
}

export function hoursAheadModel({ known, ...about }: HoursAhead, campaign: CampaignGlance): HoursAheadModel {
  const rest = { ...about, isHandOver: campaign.mode === 'handover' }
  if (known === undefined) return rest
  const { at, dialableNow, laterByHour, blocked, expectedFinishAt } = known
  const { dayTime } = zoneClock(campaign.timezone)
  const hours = laterByHour.map(({ hour, count }) => ({ at: Date.parse(hour), count }))
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const firstAt = Math.floor(Date.parse(at) / HOUR_MS) * HOUR_MS
  const isDrawn = (hour: { at: number }) => hour.at < firstAt + MAX_HOURS * HOUR_MS
  return {
    ...rest,
    known: {
      at,
      given: givens[campaign.status],
      now: dialableNow,
      later: sum(hours.map(({ count }) => count)),
      never: sum(Object.values(blocked)),
      finishAt: expectedFinishAt ?? undefined,
      plot: drawn(hours.filter(isDrawn), firstAt, campaign.timezone),
      hours: hours.map(({ at: hour, count }) => ({ label: dayTime(hour), count })),
      beyond: sum(hours.filter(hour => !isDrawn(hour)).map(({ count }) => count)),
      blocked: Object.entries(blocked)
        .sort(([, a], [, b]) => b - a)
        .map(([reason, count]) => `${counted(count, 'lead')} ${blockedWord(reason)}.`),
      zone: campaign.timezone,
    },
  }
}

const givens: Partial<Record<CampaignGlance['status'], string>> = {
  draft: 'If it were started at that moment:',
  paused: 'If it had gone on at that moment:',
}

/** How many hours may stand between two labels, by how many are drawn. */
const tickHours: readonly [hours: number, every: number][] = [
  [12, 2],
  [24, 4],
  [48, 8],
  [MAX_HOURS, 12],
]

function drawn(hours: readonly { at: number; count: number }[], firstAt: number, zone: string): Plot | undefined {
  const last = hours.at(-1)
  if (last === undefined) return undefined
  const { day, dayTime, minute, time } = zoneClock(zone)
  const counts = new Map(hours.map(({ at, count }) => [at, count]))
  const length = Math.max(LEAST_HOURS, Math.round((last.at - firstAt) / HOUR_MS) + 1)
  const every = tickHours.find(([most]) => length <= most)?.[1] ?? 12
  const steps = Array.from({ length }, (_, index) => {
    const at = firstAt + index * HOUR_MS
    const count = counts.get(at) ?? 0
    const hour = Math.floor(minute(at) / 60)
    const tick = hour % every !== 0 ? undefined : hour === 0 ? day(at) : time(at)
    return { count, label: `${dayTime(at)}: ${counted(count, 'lead')}`, tick }
  })
  const total = hours.reduce((sum, { count }) => sum + count, 0)
  const summary = `Leads by the hour in which their time comes: ${counted(total, 'lead')} in ${counted(hours.length, 'hour')}, the last ${dayTime(last.at)}`
  return createPlot(steps, summary)
}
