import type { JourneySummary } from '../src/desk/journey-view.ts'
import type { Delivered } from './leads.ts'
import type { News } from './news.ts'

/** What the picture shows, all of it as aftercall's API tells it. */
export interface View {
  elapsedMs: number
  /** Leads that will come in. */
  total: number
  sent: Delivered
  /** Journeys by state, in the order of a journey's life. */
  states: { state: string; count: number }[]
  finished: number
  /** Calls that are going on. */
  live: { leadId: string; sinceMs: number }[]
  /** Latest outcome of each lead, the most frequent first. */
  outcomes: { outcome: string; count: number }[]
  texts: { sent: number; waiting: number }
  pixels: { fired: number; waiting: number }
  news: readonly News[]
}

const STATES = ['scheduled', 'dialing', 'in_call', 'following_up', 'done', 'stopped', 'parked'] as const

/** A journey for which nothing will happen by itself any more. */
export function isOver({ state }: JourneySummary): boolean {
  return state === 'done' || state === 'stopped' || state === 'parked'
}

/** Effects of one kind in one of these states. */
export function countEffects(journeys: readonly JourneySummary[], kind: string, ...states: string[]): number {
  return journeys.flatMap(({ effects }) => effects).filter(one => one.kind === kind && states.includes(one.state))
    .length
}

export function viewOf(
  journeys: readonly JourneySummary[],
  rest: Pick<View, 'elapsedMs' | 'total' | 'sent' | 'news'> & { nowMs: number },
): View {
  const { nowMs, ...given } = rest
  const outcomes = Map.groupBy(
    journeys.flatMap(({ outcome }) => outcome ?? []),
    outcome => outcome,
  )
  return {
    ...given,
    states: STATES.map(state => ({ state, count: journeys.filter(journey => journey.state === state).length })),
    finished: journeys.filter(isOver).length,
    live: journeys.flatMap(({ leadId, attempts }) =>
      attempts
        .filter(({ state }) => state === 'live')
        .map(({ intendedAt }) => ({ leadId, sinceMs: Math.max(0, nowMs - Date.parse(intendedAt)) })),
    ),
    outcomes: [...outcomes]
      .map(([outcome, { length }]) => ({ outcome, count: length }))
      .toSorted((left, right) => right.count - left.count || left.outcome.localeCompare(right.outcome)),
    texts: {
      sent: countEffects(journeys, 'sms', 'done'),
      waiting: countEffects(journeys, 'sms', 'planned', 'intended', 'unknown'),
    },
    pixels: {
      fired: countEffects(journeys, 'pixel', 'done'),
      waiting: countEffects(journeys, 'pixel', 'planned', 'intended', 'unknown'),
    },
  }
}
