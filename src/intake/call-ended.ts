import type { Ledger } from '../ledger/index.ts'

/**
 * A hint that a call is over: it is looked at now instead of at its next time. What the call came to is read from the
 * vendor, never from the hint.
 * @returns the journey that was hinted at, or `undefined` when the call is none of ours
 */
export async function hintCallEnded(ledger: Ledger, interactionId: string): Promise<string | undefined> {
  const journeyId = await ledger.search.journeyOfInteraction(interactionId)
  if (journeyId === undefined) return undefined
  await ledger.journeys.transition(journeyId, draft => {
    const attempt = draft.journey.attempts.find(entry => entry.interactionId === interactionId)
    if (attempt === undefined) return false
    const ref = String(attempt.number)
    const isWaiting = draft.step('poll', ref) !== undefined
    // Over and understood: a second hint changes nothing. A call that was given up may still tell how it ended.
    const isLate = attempt.outcome === 'timed_out' && attempt.lateEnd === undefined
    if (!isWaiting && !isLate) return false
    if (attempt.settling === true) return false
    draft.plan('poll', ref, draft.now)
    draft.note('call.hinted', { attempt: attempt.number })
    return undefined
  })
  return journeyId
}
