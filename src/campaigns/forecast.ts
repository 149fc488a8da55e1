import type { DialRules } from './campaign.ts'
import { budgetGate, type NumberHistory, windowGate } from './dial-gate.ts'
import { nextAttemptAt } from './retry-plan.ts'
import { SoonestFirst } from './soonest-first.ts'
import type { Outcome } from './vocabulary.ts'

/**
 * A campaign's dialing run ahead of time: the gates of every dial, first come first served, one start per turn of the
 * pace, a place of a live call for each. It takes the campaign to be alone on its vendor account, every call to hold its
 * place for the mean time, and a lead whose call ends in an outcome to get that outcome again until its retries end.
 */
export interface ForecastRules {
  dial: DialRules
  /** Requests to dial that the vendor account allows. */
  vendorPerSecond: number
  /** From the intent of a call to its seen end. */
  holdMs: number
  /** How calls ended so far, as shares of 1. Empty: no retries are expected. */
  outcomeShares: Partial<Record<Outcome, number>>
  /** Calls going on now. */
  live: number
}

/** One planned dial. */
export interface PlannedDial {
  dueAt: number
  expiresAt: number
  createdAt: number
  zones: readonly string[]
  /** Attempts made before this one. */
  attempts: number
  number: NumberHistory
  /** What the number is called by, where that is narrower than the campaign's own rules. One object for all alike. */
  rules?: DialRules
  /** Why it will not be made, whatever the time. */
  blocked?: string
}

export interface Forecast {
  /** Dials that every rule allows now; pace and places then decide the turn. */
  dialableNow: number
  /** Dials that the rules allow later, by the hour in which they first do (its beginning, ms). */
  laterByHour: Map<number, number>
  /** Dials that will not be made, by reason: also those whose time is over before their turn comes. */
  blocked: Map<string, number>
  /** When the last call will have ended, retries included; `undefined` when none is made or going on. */
  finishAt: number | undefined
}

interface Cohort {
  readyAt: number
  expiresAt: number
  zones: readonly string[]
  rules: DialRules
  attempts: number
  count: number
  /** Under what its dials were counted: an hour, or now. `undefined` for retries that are only expected. */
  countedAs: number | 'now' | undefined
}

const HOUR_MS = 3_600_000
/** Dials that are ready within the same second are one cohort. */
const GRAIN_MS = 1_000
/** A cohort is dialed for this long before its gates are asked again. */
const SLICE_MS = 10_000
/** The gates move a dial on at most so often: window, budget and windows again. */
const MAX_MOVES = 20

export function createForecast(rules: ForecastRules, now: number) {
  const { dial } = rules
  const cohorts = new Map<string, Cohort>()
  const kinds = new Map<DialRules, number>([[dial, 0]])
  const forecast: Forecast = { dialableNow: 0, laterByHour: new Map(), blocked: new Map(), finishAt: undefined }

  /** When the rules first allow it, or why never. */
  function readyAt({ dueAt, expiresAt, zones, number, rules: own = dial }: PlannedDial): number | string {
    let at = Math.max(now, dueAt)
    for (let moves = 0; moves < MAX_MOVES; moves += 1) {
      const window = windowGate(own, zones, at, expiresAt)
      const gate = 'open' in window ? budgetGate(own, zones, number, at, expiresAt) : window
      if ('open' in gate) return at
      if ('never' in gate) return gate.never
      at = gate.at
    }
    return 'expired'
  }

  return {
    add(planned: PlannedDial): void {
      const ready = planned.blocked ?? readyAt(planned)
      if (typeof ready === 'string') {
        addTo(forecast.blocked, ready, 1)
        return
      }
      const countedAs = ready <= now ? 'now' : Math.floor(ready / HOUR_MS) * HOUR_MS
      if (countedAs === 'now') forecast.dialableNow += 1
      else addTo(forecast.laterByHour, countedAs, 1)
      const { zones, expiresAt, attempts, rules: own = dial } = planned
      const kind = kinds.get(own) ?? kinds.size
      kinds.set(own, kind)
      // Within a second it does not matter who is who.
      const grain = Math.floor(ready / GRAIN_MS)
      const key = [grain, Math.floor(expiresAt / GRAIN_MS), attempts, kind, ...zones].join(' ')
      const cohort = cohorts.get(key)
      if (cohort !== undefined) cohort.count += 1
      else cohorts.set(key, { readyAt: ready, expiresAt, zones, rules: own, attempts, count: 1, countedAs })
    },

    /** Runs the dialing to its end. */
    read(): Forecast {
      const finishAt = run([...cohorts.values()], rules, now, forecast)
      return { ...forecast, finishAt }
    },
  }
}

function run(cohorts: readonly Cohort[], rules: ForecastRules, now: number, forecast: Forecast): number | undefined {
  const { dial, holdMs, live } = rules
  const intervalMs = 1000 / Math.min(dial.pace.callsPerSecond, rules.vendorPerSecond)
  const places = createPlaces(dial.pace.maxLive, holdMs, live, now)
  const retries = createRetries(rules)
  const queue = new SoonestFirst<Cohort>()
  for (const cohort of cohorts) queue.push({ ...cohort })
  let nextTurn = now
  let finishAt = live > 0 ? now + holdMs : undefined

  for (let cohort = queue.pop(); cohort !== undefined; cohort = queue.pop()) {
    const from = Math.max(cohort.readyAt, nextTurn, places.freeAt())
    const gate = windowGate(cohort.rules, cohort.zones, from, cohort.expiresAt)
    if ('never' in gate) {
      block(forecast, cohort, gate.never)
      continue
    }
    if ('at' in gate) {
      queue.push({ ...cohort, readyAt: gate.at })
      continue
    }
    let started = 0
    for (let at = from; started < cohort.count && at <= from + SLICE_MS; at = Math.max(nextTurn, places.freeAt())) {
      places.take(at)
      nextTurn = at + intervalMs
      finishAt = Math.max(finishAt ?? 0, at + holdMs)
      started += 1
    }
    cohort.count -= started
    if (cohort.count > 0) queue.push(cohort)
    for (const retry of retries(cohort, started, nextTurn + holdMs)) queue.push(retry)
  }
  return finishAt
}

/** Places of live calls: each is free again when its last call has ended. */
function createPlaces(maxLive: number, holdMs: number, live: number, now: number) {
  // Where nobody knows how long the calls of this moment have lasted, they are taken to be spread over the mean.
  // Those above a limit that was lowered free no place.
  const above = Math.max(0, live - maxLive)
  const ends = Array.from({ length: live - above }, (_, index) => now + (holdMs * (above + index + 1)) / live)
  const freeAgain = [...Array.from({ length: Math.max(0, maxLive - live) }, () => now), ...ends]
  let next = 0
  return {
    freeAt: () => freeAgain[next] ?? Number.POSITIVE_INFINITY,
    take(at: number) {
      freeAgain[next] = at + holdMs
      next = (next + 1) % freeAgain.length
    },
  }
}

/** The retries that calls are expected to lead to, whole ones: what is left over of a share waits for the next. */
function createRetries({ dial, outcomeShares }: ForecastRules) {
  const left = new Map<Outcome, number>()
  return function* (cohort: Cohort, started: number, endedAt: number): Iterable<Cohort> {
    const attempts = cohort.attempts + 1
    for (const [outcome, share] of Object.entries(outcomeShares) as [Outcome, number][]) {
      const journeyStartedAt = cohort.expiresAt - dial.notAfterMs
      const pastOutcomes = Array.from({ length: attempts }, () => outcome)
      const next = nextAttemptAt({ rules: dial, pastOutcomes, endedAt, journeyStartedAt })
      if ('none' in next) continue
      const expected = started * share + (left.get(outcome) ?? 0)
      const count = Math.floor(expected)
      left.set(outcome, expected - count)
      if (count > 0) yield { ...cohort, readyAt: next.at, attempts, count, countedAs: undefined }
    }
  }
}

/** Its time is over before its turn comes. */
function block(forecast: Forecast, { countedAs, count }: Cohort, reason: string): void {
  if (countedAs === undefined) return
  if (countedAs === 'now') forecast.dialableNow -= count
  else addTo(forecast.laterByHour, countedAs, -count)
  addTo(forecast.blocked, reason, count)
}

function addTo<K>(counts: Map<K, number>, key: K, count: number): void {
  const sum = (counts.get(key) ?? 0) + count
  if (sum === 0) counts.delete(key)
  else counts.set(key, sum)
}
