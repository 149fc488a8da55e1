import { leadPixelKey } from './effects.ts'
import type { Identity } from './identity.ts'
import { type Attempt, type Effect, isHolding, type Journey, type TimelineEntry } from './journey.ts'

/**
 * What is left of a journey whose lead was erased: what was done, when, and what came of it. Every write of such a
 * journey passes through here, so nothing that comes late, such as an answer or the summary of its last call, brings
 * anything of the person back.
 */

/** Why an effect of which nobody knew yet what became of it is not followed any more. */
const GIVEN_UP = 'the lead was erased before it was known what became of it'

/** What may be said of a result; whatever else a vendor answers is its own name for something. */
const keptResults: ReadonlySet<string> = new Set(['event', 'encoding'])

/** Names and words of ours that a timeline entry keeps; anything else may be somebody's own words. */
const keptFacts: ReadonlySet<string> = new Set(
  'effect step ref event campaign by destination target replay outcome reason state'.split(' '),
)

/** A word of ours or a vendor's code; never a sentence. */
const isWord = (text: string) => /^[a-z_]+$|^[A-Z0-9_]+$/.test(text)

/** Whether a call is still followed, by the vendor's name for it alone. */
const isFollowed = (attempt: Attempt) => attempt.state === 'live' && attempt.interactionId !== undefined

/** Brings a journey into the form without its person; doing it again changes nothing. */
export function stripPerson(journey: Journey, identity: Identity, now: number): void {
  const named = { ...journey, leadId: journey.leadId }
  journey.private = {}
  journey.zones = []
  if (journey.leadId !== '') journey.leadId = identity.erasedLead(journey.leadId)
  if (journey.stop?.detail !== undefined && !isWord(journey.stop.detail)) journey.stop = { reason: journey.stop.reason }
  delete journey.writeBack
  for (const attempt of journey.attempts) stripAttempt(journey, attempt, identity, now)
  for (const effect of journey.effects) stripEffect(journey, effect, named, now)
  journey.steps = journey.steps.filter(
    ({ kind, ref }) =>
      kind === 'tell' ||
      (kind === 'poll' && journey.attempts.some(own => String(own.number) === ref && isFollowed(own))),
  )
}

function stripAttempt(journey: Journey, attempt: Attempt, identity: Identity, now: number): void {
  delete attempt.conversationId
  delete attempt.messageId
  delete attempt.undecided
  if (isFollowed(attempt)) return
  if (isHolding(attempt)) {
    attempt.state = 'ended'
    attempt.outcome = 'timed_out'
    attempt.endedAt ??= now
    journey.outcome = 'timed_out'
  }
  if (attempt.interactionId !== undefined) attempt.interactionId = identity.erasedInteraction(attempt.interactionId)
}

function stripEffect(journey: Journey, effect: Effect, named: Journey, now: number): void {
  if (effect.key === leadPixelKey(named, effect.rule)) effect.key = leadPixelKey(journey, effect.rule)
  delete effect.failure
  if (effect.error !== undefined) effect.error = { ...effect.error, message: effect.error.code }
  if (effect.result !== undefined) {
    const kept = Object.entries(effect.result).filter(([name, value]) => keptResults.has(name) || !isText(value))
    effect.result = Object.fromEntries(kept)
  }
  if (effect.why !== undefined && effect.why !== GIVEN_UP && !isWord(effect.why)) delete effect.why
  if (!['planned', 'intended', 'unknown', 'parked'].includes(effect.state)) return
  // It may have happened: whoever asks whether it may be done elsewhere must not take it for never tried.
  if (effect.state !== 'planned') effect.unclearSince ??= effect.intendedAt ?? now
  const call =
    effect.kind === 'call' ? journey.attempts.find(({ number }) => String(number) === effect.rule) : undefined
  const isSeen = call?.outcome !== undefined && call.outcome !== 'timed_out'
  effect.state = isSeen ? 'done' : 'skipped'
  effect.endedAt = now
  if (!isSeen) effect.why = GIVEN_UP
}

/** A timeline entry as it may stay. @param keyNow what an effect is called since its journey was stripped */
export function stripEntry(entry: TimelineEntry, keyNow: (key: string) => string | undefined): TimelineEntry {
  const { at, what, ...facts } = entry
  const kept = Object.entries(facts).flatMap(([name, value]): [string, unknown][] => {
    if (name === 'effect') {
      const key = keyNow(String(value))
      return key === undefined ? [] : [[name, key]]
    }
    const isKept = !isText(value) || keptFacts.has(name) || isWord(value)
    return isKept && typeof value !== 'object' ? [[name, value]] : []
  })
  return { at, what, ...Object.fromEntries(kept) }
}

const isText = (value: unknown): value is string => typeof value === 'string'
