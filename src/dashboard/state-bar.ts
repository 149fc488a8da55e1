import { stateWords } from './words.ts'

/** States in the order a journey goes through them: the strips of numbers, and the bars. */
export const flow = ['scheduled', 'dialing', 'in_call', 'following_up', 'done', 'stopped', 'parked'] as const

/** A part of a stacked bar; `x` and `width` in percent of it. */
export interface BarPart {
  state: string
  label: string
  count: number
  x: number
  width: number
}

/** The parts of a campaign's bar, in their order; states without journeys have none. */
export function barParts({ total, states }: { total: number; states: Readonly<Record<string, number>> }): BarPart[] {
  let x = 0
  return flow.flatMap(state => {
    const count = states[state] ?? 0
    const width = total === 0 ? 0 : (100 * count) / total
    const part = { state, label: stateWords[state].label, count, x, width }
    x += width
    return width === 0 ? [] : [part]
  })
}
