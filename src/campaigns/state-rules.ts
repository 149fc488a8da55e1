import type { DialRules, Hours, Span } from './campaign.ts'
import { type StateRule, stateRuleOf } from './us-states.ts'

const DAY = 1440

/**
 * The rules a number is called by: the campaign's own, narrowed by its state's where the campaign asks for that. Hours
 * become those open in both, the 24-hour cap the smaller of both; nothing ever becomes wider.
 * @param phone E.164
 */
export function effectiveDialRules(rules: DialRules, phone: string): DialRules {
  const state = rules.stateRules === 'us' ? stateRuleOf(phone) : undefined
  return state === undefined ? rules : narrowed(rules, state)
}

/** The same for many numbers: those of one state share one object, so that they can be told apart by it. */
export function createEffectiveRules(rules: DialRules): (phone: string) => DialRules {
  const byState = new Map<StateRule, DialRules>()
  return phone => {
    const state = rules.stateRules === 'us' ? stateRuleOf(phone) : undefined
    if (state === undefined) return rules
    const known = byState.get(state) ?? narrowed(rules, state)
    byState.set(state, known)
    return known
  }
}

/**
 * The hours in which a number is texted: the rule's own, narrowed by its state's where the campaign asks for that. Texas
 * (SB 140) and Maryland name texts beside calls; of other states nobody knows for sure, so theirs hold for texts as well.
 * Holidays and daily limits of `dial` are about calls.
 * @param phone E.164
 */
export function textHours({ stateRules }: Pick<DialRules, 'stateRules'>, own: Hours, phone: string): Hours {
  const state = stateRules === 'us' ? stateRuleOf(phone) : undefined
  return state === undefined ? own : intersect(own, state.hours.week)
}

function narrowed(rules: DialRules, state: StateRule): DialRules {
  const { maxPer24h = Number.POSITIVE_INFINITY } = state
  return {
    ...rules,
    hours: intersect(rules.hours, state.hours.week),
    maxPer24h: Math.min(rules.maxPer24h, maxPer24h),
  }
}

/**
 * Every span keeps the day that it belongs to, also where only its part after midnight is left: that day's holiday
 * still closes it.
 * @param other spans that end on their own day
 */
function intersect({ week, holidays }: Hours, other: readonly Span[][]): Hours {
  const open = (day: number, shift: number) =>
    (other[day % 7] ?? []).map(({ from, to }) => ({ from: from + shift, to: to + shift }))
  return {
    holidays,
    week: week.map((spans, day) => {
      const allowed = [...open(day, 0), ...open(day + 1, DAY)]
      return spans.flatMap(span =>
        allowed.flatMap(({ from, to }) => {
          const both = { from: Math.max(span.from, from), to: Math.min(span.to, to) }
          return both.from < both.to ? [both] : []
        }),
      )
    }),
  }
}
