import { type CallMixName, callMixNames, drawCalls, endedByOf } from '../test/support/call-mixes.ts'
import { learnedLooks, looksBy } from '../test/support/learned-looks.ts'
import {
  backoffLooks,
  fixedAsLate,
  fixedLooks,
  followCalls,
  type LookCost,
  type NextLook,
  optimalLooks,
} from '../test/support/look-costs.ts'

/** What it costs to find the ends of calls by looking: ours, learned from a few, beside the best there is and the usual. */
export interface PollingRow extends LookCost {
  mix: CallMixName
  rule: 'ours' | 'optimum' | 'fixed interval' | 'geometric backoff' | 'before anything is learned'
  /** Of the optimum's cost. */
  ofOptimum: number
  /** The dearest of all rounds, of the optimum's cost. */
  worstOfOptimum: number
  /** Looks of ours for one of this rule. */
  oursToLooks: number
}

/** A campaign's usual rules. */
const poll = { firstMs: 20_000, minMs: 5_000, maxMs: 60_000, deadlineMs: 3_600_000 }

const LEARNED_CALLS = 200

/** The interval is the one at which ends are found as late as by our rule; everybody is judged on the same calls. */
export function measurePolling({ rounds, calls }: { rounds: number; calls: number }): PollingRow[] {
  return callMixNames.flatMap(mix => {
    const optimum = optimalLooks(endedByOf(mix), poll)
    const results = Array.from({ length: rounds }, (_, round) => {
      const drawn = drawCalls(mix, round, LEARNED_CALLS + calls)
      const [known, judged] = [drawn.slice(0, LEARNED_CALLS), drawn.slice(LEARNED_CALLS)]
      const ours = learnedLooks(known, poll)
      const lateMs = followCalls(ours, judged, poll).meanDelayMs
      const follow = (rule: NextLook) => followCalls(rule, judged, poll)
      return {
        ours: follow(ours),
        optimum: follow(optimum),
        'fixed interval': follow(fixedLooks(fixedAsLate(lateMs, judged, poll))),
        'geometric backoff': follow(backoffLooks(poll)),
        'before anything is learned': follow(looksBy(poll)),
      }
    })
    const rules = ['ours', 'optimum', 'fixed interval', 'geometric backoff', 'before anything is learned'] as const
    return rules.map((rule): PollingRow => {
      const own = results.map(result => result[rule])
      const looks = mean(own.map(cost => cost.looks))
      const shares = results.map(result => result[rule].cost / result.optimum.cost)
      return {
        mix,
        rule,
        looks,
        meanDelayMs: mean(own.map(cost => cost.meanDelayMs)),
        cost: mean(own.map(cost => cost.cost)),
        ofOptimum: mean(shares),
        worstOfOptimum: Math.max(...shares),
        oursToLooks: mean(results.map(result => result.ours.looks)) / looks,
      }
    })
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
