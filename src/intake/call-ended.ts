import { toE164 } from '../campaigns/phone.ts'
import { isCalled, otherNames } from '../ledger/call-names.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Attempt } from '../ledger/journey.ts'
import type { CallNames } from '../sources/meaning.ts'

export interface HintParts {
  ledger: Ledger
  defaultCountry: string
}

/** A call of ours. */
interface OwnCall {
  journeyId: string
  is(attempt: Attempt): boolean
}

/** Journeys of one number that are looked through for a live call; more would be a number of nobody's. */
const MAX_JOURNEYS = 50

/**
 * A hint that a call is over: it is looked at now instead of at its next time. What the call came to is read from the
 * vendor, never from the hint.
 * @returns the journey that was hinted at, or `undefined` when the call is none of ours
 */
export async function hintCallEnded(parts: HintParts, names: CallNames): Promise<string | undefined> {
  const call = await findCall(parts, names)
  if (call === undefined) return undefined
  await parts.ledger.journeys.transition(call.journeyId, draft => {
    const attempt = draft.journey.attempts.find(call.is)
    if (attempt === undefined) return false
    const ref = String(attempt.number)
    const isWaiting = draft.step('poll', ref) !== undefined
    // Over and understood: a second hint changes nothing. A call that was given up may still tell how it ended.
    const isLate = attempt.outcome === 'timed_out' && attempt.lateEnd === undefined
    if (!isWaiting && !isLate) return false
    if (attempt.settling === true) return false
    draft.plan('poll', ref, draft.now)
    attempt.hinted = true
    draft.note('call.hinted', { attempt: attempt.number })
    return undefined
  })
  return call.journeyId
}

/** By the best name that leads anywhere: our provider's, the voice platform's, the carrier's, at last the number. */
async function findCall(parts: HintParts, names: CallNames): Promise<OwnCall | undefined> {
  const { search } = parts.ledger
  const { interactionId, phone } = names
  if (interactionId !== undefined) {
    const journeyId = await search.journeyOfInteraction(interactionId)
    if (journeyId !== undefined) return { journeyId, is: attempt => attempt.interactionId === interactionId }
  }
  const others = otherNames(names)
  if (others.length > 0) {
    const journeyId = await search.journeyOfCallNamed(others)
    if (journeyId !== undefined) return { journeyId, is: attempt => isCalled(attempt, others) }
  }
  return phone === undefined ? undefined : onlyLiveCall(parts, phone)
}

/** The only call to a number that is going on. Of several nobody can tell which is meant. */
async function onlyLiveCall({ ledger, defaultCountry }: HintParts, phone: string): Promise<OwnCall | undefined> {
  const number = toE164(phone, defaultCountry)
  if (number === undefined) return undefined
  const ids = (await ledger.search.journeysOfPhone(number)).slice(0, MAX_JOURNEYS)
  const journeys = await Promise.all(ids.map(id => ledger.journeys.load(id)))
  const live = journeys.flatMap(
    journey =>
      journey?.attempts
        .filter(({ state }) => state === 'live')
        .map(attempt => ({ journeyId: journey.id, number: attempt.number })) ?? [],
  )
  const [only, ...others] = live
  if (only === undefined || others.length > 0) return undefined
  return { journeyId: only.journeyId, is: attempt => attempt.number === only.number }
}
