import type { Metrics } from './metrics.ts'

/** What is looked at of a journey. */
interface Counted {
  campaign: string
  effects: readonly { key: string; kind: string; state: string }[]
  attempts: readonly { number: number; outcome?: string }[]
}

/** Counts what a transition has changed: each effect that came into another state, each call that came to an outcome. */
export function countTransition(metrics: Metrics, before: Counted | undefined, after: Counted): void {
  const states = new Map(before?.effects.map(({ key, state }) => [key, state]))
  for (const { key, kind, state } of after.effects) if (states.get(key) !== state) metrics.effect(kind, state)
  const outcomes = new Map(before?.attempts.map(({ number, outcome }) => [number, outcome]))
  for (const { number, outcome } of after.attempts) {
    if (outcome !== undefined && outcomes.get(number) !== outcome) metrics.outcome(after.campaign, outcome)
  }
}
