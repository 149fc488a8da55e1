import { type Outcome, outcomes } from '../campaigns/vocabulary.ts'
import { outcomeWords, type Word } from './words.ts'

/** One outcome's bar; `width` in percent of the longest. */
export interface OutcomeBar extends Word {
  outcome: Outcome
  count: number
  width: number
}

/** How many journeys came to what, most first. */
export function outcomeBars(counts: Readonly<Partial<Record<string, number>>>): OutcomeBar[] {
  const bars = outcomes
    .map(outcome => ({ outcome, ...outcomeWords[outcome], count: counts[outcome] ?? 0 }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count)
  const longest = bars[0]?.count ?? 0
  return bars.map(bar => ({ ...bar, width: (100 * bar.count) / longest }))
}
