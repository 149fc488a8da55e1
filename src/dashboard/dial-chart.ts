import type { DialRange, DialSeries } from '../desk/dial-rate.ts'
import { counted } from './counted.ts'
import { createPlot, type Plot } from './plot.ts'
import { zoneClock } from './zone-clock.ts'

const MINUTE_MS = 60_000

/** As high as the outcomes beside it usually are, px. */
const HEIGHT = 160

/** Where a label stands: every ten minutes of the hour, every four hours of the day. */
const tickMinutes: Record<DialRange, number> = { hour: 10, day: 240 }

export interface DialChart {
  plot: Plot
  total: number
  /** The most calls of one step, and how long a step is. */
  most: number
  stepMinutes: number
  zone: string
}

/** Calls begun over time, by the campaign's own clock. */
export function dialChart({ stepMs, fromAt, calls }: DialSeries, range: DialRange, zone: string): DialChart {
  const { time, minute } = zoneClock(zone)
  const total = calls.reduce((sum, count) => sum + count, 0)
  const most = Math.max(0, ...calls)
  const stepMinutes = stepMs / MINUTE_MS
  const steps = calls.map((count, index) => {
    const at = fromAt + index * stepMs
    const until = stepMinutes === 1 ? '' : `–${time(at + stepMs)}`
    const isTick = minute(at) % tickMinutes[range] < stepMinutes
    return { count, label: `${time(at)}${until}: ${counted(count, 'call')}`, tick: isTick ? time(at) : undefined }
  })
  const each = stepMinutes === 1 ? 'one minute' : `${stepMinutes} minutes`
  const summary = `Calls begun in the last ${range === 'hour' ? 'hour' : '24 hours'}: ${total} in all, at most ${most} in ${each}`
  return { plot: createPlot(steps, summary, HEIGHT), total, most, stepMinutes, zone }
}
