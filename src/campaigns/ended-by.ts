import { type CallLengths, callsOf, lengthOf } from './call-lengths.ts'

/** The share of calls that are over so long after they were placed, ms: from 0 at once, never falling, below 1. */
export type EndedBy = (ageMs: number) => number

/**
 * Calls that nobody has seen yet, as many as these, are spread far beyond those that were seen: what lasts longer than
 * any call before is likely to go on for as long again.
 */
const UNSEEN_CALLS = 2

/** How many neighbours of a length, in roots of all, say how widely it is spread; and what part of the way to the last. */
const NEIGHBOURS_PER_ROOT = 2
const SPREAD_PER_REACH = 0.5

/** Spread on the scale of logarithms. Nothing is sharper than 2 %, and a lone call says nothing of half its length. */
const LEAST_SPREAD = 0.02
const MOST_SPREAD = 0.5

/** A logistic curve that differs from the normal distribution by less than 0.01. */
const LOGISTIC_OF_NORMAL = 1.702

/** Further away than this many spreads a call counts wholly or not at all. */
const FAR = 5

interface Bump {
  calls: number
  /** Logarithm of the length. */
  at: number
  spread: number
}

/**
 * When calls end, judged by those that ended so far: each is spread over lengths near it, narrowly where many are alike
 * (nobody answers after half a minute) and widely where few are (conversations).
 */
export function estimateEnds(lengths: CallLengths): EndedBy {
  const bumps = bumpsOf(lengths)
  const calls = callsOf(lengths)
  const middle = Math.exp(bumps.reduce((sum, bump) => sum + bump.calls * bump.at, 0) / Math.max(calls, 1))
  return ageMs => {
    if (ageMs <= 0) return 0
    const at = Math.log(ageMs)
    let over = UNSEEN_CALLS * (ageMs / (ageMs + middle))
    for (const bump of bumps) {
      const away = (at - bump.at) / bump.spread
      if (away > FAR) over += bump.calls
      else if (away > -FAR) over += bump.calls / (1 + Math.exp(-LOGISTIC_OF_NORMAL * away))
    }
    return over / (calls + UNSEEN_CALLS)
  }
}

function bumpsOf(lengths: CallLengths): Bump[] {
  const sorted = [...lengths]
    .sort(([a], [b]) => a - b)
    .map(([bucket, calls]) => ({ calls, at: Math.log(lengthOf(bucket)) }))
  const wanted = NEIGHBOURS_PER_ROOT * Math.sqrt(callsOf(lengths))
  return sorted.map(({ calls, at }, index) => {
    const reach = reachOf(sorted, index, wanted)
    return { calls, at, spread: Math.min(Math.max(SPREAD_PER_REACH * reach, LEAST_SPREAD), MOST_SPREAD) }
  })
}

/** How far around an entry of a sorted list so many calls are found. */
function reachOf(sorted: readonly Omit<Bump, 'spread'>[], index: number, wanted: number): number {
  const at = sorted[index]?.at ?? 0
  let [below, above, reach] = [index - 1, index + 1, 0]
  for (let found = sorted[index]?.calls ?? 0; found < wanted; ) {
    const [lower, upper] = [sorted[below], sorted[above]]
    const isLower = lower !== undefined && (upper === undefined || at - lower.at <= upper.at - at)
    const nearest = isLower ? lower : upper
    if (nearest === undefined) return reach
    if (isLower) below -= 1
    else above += 1
    found += nearest.calls
    reach = Math.abs(nearest.at - at)
  }
  return reach
}
