import type { CampaignRules } from '../desk/campaign-board.ts'
import { listed } from './counted.ts'

type Hours = CampaignRules['dial']['hours']

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const DAY = 1440

/** `Monday to Friday 09:00–20:00; Saturday 10:00–18:00`; days without hours are not named. */
export function weekWords({ week }: Pick<Hours, 'week'>): string {
  const told = days.map((name, index) => ({ name, hours: dayWords(week[index] ?? []) }))
  if (told.every(({ hours }) => hours === told[0]?.hours)) {
    return `Every day ${told[0]?.hours ?? ''}`
  }
  const runs: { from: string; to: string; hours: string }[] = []
  for (const { name, hours } of told) {
    const last = runs.at(-1)
    if (last?.hours === hours) last.to = name
    else runs.push({ from: name, to: name, hours })
  }
  return runs
    .filter(({ hours }) => hours !== '')
    .map(({ from, to, hours }) => `${from === to ? from : `${from} to ${to}`} ${hours}`)
    .join('; ')
}

export function isAlwaysOpen({ week }: Pick<Hours, 'week'>): boolean {
  return week.every(spans => spans.some(({ from, to }) => from === 0 && to >= DAY))
}

const ALL_DAY = 'all day'

/** `09:00–12:00 and 14:00–20:00`. */
export function dayWords(spans: Hours['week'][number]): string {
  return listed(
    spans.map(({ from, to }) => {
      if (from === 0 && to === DAY) return ALL_DAY
      return `${clock(from)}–${to > DAY ? `${clock(to - DAY)} of the next day` : clock(to)}`
    }),
  )
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}
