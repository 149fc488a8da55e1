import type { PollRules } from './campaign.ts'
import type { EndedBy } from './ended-by.ts'

/** When to look next at a call that was just seen going on, worked out once for every age that it can have. */
export interface PollTable {
  /** The first look, ms after the call was placed. */
  firstMs: number
  /** Ages of a call, ms, rising from 0; and for each of them the age at which to look next. */
  ages: Float64Array
  next: Float64Array
}

/** A look costs as much as finding the end of a call this much later. */
const LOOK_WORTH_MS = 5_000

/**
 * How finely time is cut: parts of `min` and `max`, and of the age. A cut that is off by half a part costs some
 * thousandths of a look.
 */
const PARTS_OF_MIN = 16
const PARTS_OF_MAX = 32
const PARTS_OF_AGE = 128

/** Bounds the work and the memory of one table; older calls than it reaches are looked at by the plain rule. */
const MAX_AGES = 4_096

/**
 * The looks at a call that cost least, in looks and late ends together, if calls end as `endedBy` says: worked out
 * backwards from the deadline, for at every age the best next look depends only on those after it. Gaps lie within
 * `minMs` and `maxMs`; the first look comes no sooner than `firstMs`, and where that is longer than `maxMs` right then.
 */
export function planLooks(
  endedBy: EndedBy,
  poll: Pick<PollRules, 'firstMs' | 'minMs' | 'maxMs' | 'deadlineMs'>,
): PollTable {
  const ages = agesUpTo(poll)
  const over = ages.map(endedBy)
  const late = lateness(ages, over)
  const last = ages.length - 1
  const costs = new Float64Array(ages.length)
  const choices = new Uint16Array(ages.length).fill(last)

  /** The cheapest next look from an age: no closer than one gap, no further than another, nor than `end`. */
  const choose = (from: number, leastMs: number, mostMs: number, end: number): { cost: number; to: number } => {
    const [age, gone] = [at(ages, from), at(over, from)]
    const costOf = (to: number) => {
      const lateMs = at(late, to) - at(late, from) - gone * (at(ages, to) - age)
      return 1 - gone + lateMs / LOOK_WORTH_MS + at(costs, to)
    }
    let to = from + 1
    while (to < last && at(ages, to) < age + leastMs) to += 1
    let best = { cost: costOf(to), to }
    for (to += 1; to <= end && at(ages, to) <= age + mostMs; to += 1) {
      const cost = costOf(to)
      if (cost < best.cost) best = { cost, to }
    }
    return best
  }

  for (let from = last - 1; from >= 0; from -= 1) {
    // Whoever looks later looks later the next time too: what is further than the next age's choice is never better.
    const { cost, to } = choose(from, poll.minMs, poll.maxMs, at(choices, from + 1))
    costs[from] = cost
    choices[from] = to
  }
  const first = choose(0, poll.firstMs, Math.max(poll.firstMs, poll.maxMs), last)
  return {
    firstMs: Math.max(at(ages, first.to), poll.firstMs),
    ages,
    next: Float64Array.from(choices, to => at(ages, to)),
  }
}

/** The age at which to look next at a call that was seen going on at `ageMs`; `undefined` past the table. */
export function nextAgeMs({ ages, next }: PollTable, ageMs: number): number | undefined {
  let [low, high] = [0, ages.length - 1]
  if (ageMs >= at(ages, high)) return undefined
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (at(ages, middle) <= ageMs) low = middle
    else high = middle
  }
  return at(next, low)
}

function agesUpTo({ minMs, maxMs, deadlineMs }: Pick<PollRules, 'minMs' | 'maxMs' | 'deadlineMs'>): Float64Array {
  const ages = [0]
  for (let age = 0; age < deadlineMs && ages.length < MAX_AGES; ) {
    const part = Math.min(Math.max(minMs / PARTS_OF_MIN, age / PARTS_OF_AGE), maxMs / PARTS_OF_MAX)
    // Time is told in whole milliseconds.
    age = Math.min(age + Math.max(part, 1), deadlineMs)
    ages.push(age)
  }
  return Float64Array.from(ages)
}

/** The time that calls of each age have been over for on average, ms. */
function lateness(ages: Float64Array, over: Float64Array): Float64Array {
  const late = new Float64Array(ages.length)
  for (let to = 1; to < ages.length; to += 1) {
    const share = (at(over, to) + at(over, to - 1)) / 2
    late[to] = at(late, to - 1) + share * (at(ages, to) - at(ages, to - 1))
  }
  return late
}

const at = (numbers: Float64Array | Uint16Array, index: number): number => numbers[index] ?? Number.NaN
