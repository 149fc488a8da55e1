/** The age of a call (ms) at which it is looked at next, when it was going on at this age; the first time from 0. */
export type NextLook = (ageMs: number) => number

export interface LookRules {
  minMs: number
  maxMs: number
  deadlineMs: number
}

/** Per call. */
export interface LookCost {
  looks: number
  meanDelayMs: number
  /** Looks, and the delay at 5 s a look. */
  cost: number
}

const LOOK_MS = 5_000

/** Follows calls of these lengths by a rule, each to its end or to the deadline. */
export function followCalls(next: NextLook, lengths: readonly number[], { deadlineMs }: LookRules): LookCost {
  let [looks, delayMs] = [0, 0]
  for (const lengthMs of lengths) {
    let ageMs = 0
    do {
      ageMs = Math.min(next(ageMs), deadlineMs)
      looks += 1
    } while (ageMs < lengthMs && ageMs < deadlineMs)
    delayMs += Math.max(ageMs - lengthMs, 0)
  }
  const perCall = { looks: looks / lengths.length, meanDelayMs: delayMs / lengths.length }
  return { ...perCall, cost: perCall.looks + perCall.meanDelayMs / LOOK_MS }
}

/** Even and fine: what a plan is held against must not be cut the way that plan is. */
const STEP_MS = 250

/** The best rule there is for calls that end like this, by a dynamic program over every quarter of a second. */
export function optimalLooks(endedBy: (ageMs: number) => number, { minMs, maxMs, deadlineMs }: LookRules): NextLook {
  const last = Math.ceil(deadlineMs / STEP_MS)
  const [least, most] = [Math.ceil(minMs / STEP_MS), Math.floor(maxMs / STEP_MS)]
  const ended = Float64Array.from({ length: last + 1 }, (_, step) => endedBy(step * STEP_MS))
  const late = new Float64Array(last + 1)
  const costs = new Float64Array(last + 1)
  const choices = new Float64Array(last + 1).fill(last)
  const read = (of: Float64Array, step: number) => of[step] ?? 0
  for (let step = 1; step <= last; step += 1) {
    late[step] = read(late, step - 1) + ((read(ended, step - 1) + read(ended, step)) / 2) * STEP_MS
  }
  for (let from = last - 1; from >= 0; from -= 1) {
    const gone = read(ended, from)
    costs[from] = Number.POSITIVE_INFINITY
    for (let to = Math.min(from + least, last); to <= Math.min(from + most, last); to += 1) {
      const lateMs = read(late, to) - read(late, from) - gone * (to - from) * STEP_MS
      const cost = 1 - gone + lateMs / LOOK_MS + read(costs, to)
      if (cost >= read(costs, from)) continue
      costs[from] = cost
      choices[from] = to
    }
  }
  return ageMs => read(choices, Math.min(Math.round(ageMs / STEP_MS), last)) * STEP_MS
}

export const fixedLooks =
  (gapMs: number): NextLook =>
  ageMs =>
    ageMs + gapMs

/** Each gap is twice the one before, from `minMs` up to `maxMs`. */
export function backoffLooks({ minMs, maxMs }: LookRules): NextLook {
  // Doubled gaps add up to (2^n - 1) x min, so the age tells which one comes next.
  return ageMs => ageMs + Math.min(Math.max(ageMs + minMs, minMs), maxMs)
}

/** The fixed interval that finds ends as late on average. */
export function fixedAsLate(meanDelayMs: number, lengths: readonly number[], rules: LookRules): number {
  let [low, high] = [0, 2 * rules.maxMs]
  while (high - low > 50) {
    const middle = (low + high) / 2
    if (followCalls(fixedLooks(middle), lengths, rules).meanDelayMs < meanDelayMs) low = middle
    else high = middle
  }
  return (low + high) / 2
}
