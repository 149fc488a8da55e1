import type { Journey, TimelineEntry } from '../ledger/journey.ts'
import { nextAt, stateOf } from '../ledger/journey.ts'

const iso = (ms: number) => new Date(ms).toISOString()

/** Keeps a fact out of an answer when it is not there. */
function known<T extends Record<string, unknown>>(facts: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as never
}

/** States in which it matters until when the request may still take effect. */
const openStates: readonly string[] = ['intended', 'unknown', 'parked']

/** A journey as the API shows it in lists. */
export function journeySummary(journey: Journey) {
  // A last look after the end is no promise to anybody.
  const next = journey.endedAt === undefined ? nextAt(journey) : undefined
  return {
    id: journey.id,
    campaign: journey.campaign,
    leadId: journey.leadId,
    state: stateOf(journey),
    ...known({
      reason: journey.stop?.reason,
      reasonDetail: journey.stop?.detail,
      outcome: journey.outcome,
      nextAt: next === undefined ? undefined : iso(next),
      test: journey.test || undefined,
      endedAt: journey.endedAt === undefined ? undefined : iso(journey.endedAt),
      erasedAt: journey.erasedAt === undefined ? undefined : iso(journey.erasedAt),
    }),
    createdAt: iso(journey.createdAt),
    eventId: journey.eventId,
    attempts: journey.attempts.map(attempt => ({
      number: attempt.number,
      state: attempt.state,
      ...known({
        interactionId: attempt.interactionId,
        outcome: attempt.outcome,
        status: attempt.status,
        talkMs: attempt.talkMs,
        spokenTo: attempt.spokenTo,
        looks: attempt.looks,
      }),
      intendedAt: iso(attempt.intendedAt),
      ...known({ endedAt: attempt.endedAt === undefined ? undefined : iso(attempt.endedAt) }),
    })),
    effects: journey.effects.map(({ key, rule, kind, state, tries, result, error, why, until }) => ({
      key,
      rule,
      kind,
      state,
      tries,
      ...known({
        result,
        error,
        why,
        until: until !== undefined && openStates.includes(state) ? iso(until) : undefined,
      }),
    })),
    steps: journey.steps.map(step => ({
      kind: step.kind,
      ref: step.ref,
      dueAt: iso(step.dueAt),
      ...known({ why: step.why, waitsFor: step.waitsFor }),
    })),
  }
}

/** An ended journey as others are told of it: no personal data but the vendor's id of the lead. */
export function endedView(journey: Journey) {
  const { steps: _, ...told } = journeySummary(journey)
  return told
}

/** A journey with its timeline. */
export function journeyView(journey: Journey, timeline: readonly TimelineEntry[]) {
  return {
    ...journeySummary(journey),
    timezones: journey.zones,
    timeline: timeline.map(({ at, ...entry }) => ({ at: iso(at), ...entry })),
  }
}

export type JourneySummary = ReturnType<typeof journeySummary>
export type JourneyView = ReturnType<typeof journeyView>
