import type { SettledLine } from './settled-line.ts'

/**
 * The longest that rules or an intent's `until` make a journey of this campaign wait without saying so in a line:
 * whoever waits longer was forgotten for a while.
 */
const EXPLAINED_MS = 40_000

export type PauseWatch = ReturnType<typeof watchPauses>

/** How long journeys stood still between two of their jobs, beyond what the first of them had planned. */
export function watchPauses() {
  const expectedAt = new Map<string, number>()
  let longestMs = 0
  let forgotten = 0
  return {
    settled({ journeyId, at, nextInMs = 0 }: SettledLine): void {
      if (journeyId === undefined) return
      const before = expectedAt.get(journeyId)
      expectedAt.set(journeyId, Math.max(before ?? 0, at + nextInMs))
      if (before === undefined) return
      longestMs = Math.max(longestMs, at - before)
      if (at - before > EXPLAINED_MS) forgotten += 1
    },
    /** `forgotten`: how often a journey waited longer than anything explains. */
    found: () => ({ longestMs: Math.max(0, Math.round(longestMs)), forgotten }),
  }
}
