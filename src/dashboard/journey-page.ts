import { eventSources } from '../desk/event-board.ts'
import type { JourneyView } from '../desk/journey-view.ts'
import type { PersonDetails } from '../desk/person-view.ts'
import { decisionUrls } from './parked-page.ts'
import { type Phrase, say } from './phrase.ts'
import { tell } from './timeline-words.ts'
import { attemptWord, effectName, effectWord, outcomeWord, skipWord, stateWords, stopWord, waitWord } from './words.ts'
import { zoneClock } from './zone-clock.ts'

/** Everything that the page of one journey shows. */
export function journeyModel(journey: JourneyView, person: PersonDetails, campaignName: string) {
  const names = new Map(journey.effects.map(({ key, kind, rule }) => [key, effectName(kind, rule)]))
  const nameOf = (key: string) => names.get(key) ?? key
  const state = stateWords[journey.state]
  return {
    id: journey.id,
    leadId: journey.leadId,
    campaign: { id: journey.campaign, name: campaignName },
    person,
    state,
    why: whyOf(journey),
    parked: journey.effects
      .filter(effect => effect.state === 'parked')
      .map(({ key }) => ({ key, name: nameOf(key), urls: decisionUrls(key) })),
    outcome: journey.outcome === undefined ? undefined : outcomeWord(journey.outcome),
    test: journey.test === true,
    createdAt: journey.createdAt,
    endedAt: journey.endedAt,
    erasedAt: journey.erasedAt,
    event: { id: journey.eventId, url: eventUrl(journey.eventId) },
    timezones: journey.timezones,
    zone: onlyZone(journey),
    next: [...journey.steps]
      .sort((a, b) => a.dueAt.localeCompare(b.dueAt))
      .map(step => ({ ...nextOf(step, nameOf), there: timeThere(journey, step.dueAt) })),
    attempts: journey.attempts.map(attempt => ({
      ...attempt,
      word: attempt.outcome === undefined ? attemptWord(attempt.state) : outcomeWord(attempt.outcome),
      summary: person.summaries[attempt.number],
    })),
    effects: journey.effects
      .filter(({ kind }) => kind !== 'call' && kind !== 'lead')
      .map(effect => ({
        ...effect,
        name: nameOf(effect.key),
        word: effectWord(effect.state),
        note: effect.why === undefined ? effect.error?.message : reasonFor(effect.why),
        text: person.texts[effect.key],
        failuresUrl: ['refused', 'expired'].includes(effect.state)
          ? `/dashboard/failures?${new URLSearchParams({ kind: effect.kind, campaign: journey.campaign })}`
          : undefined,
      })),
    timeline: timelineOf(journey, nameOf),
    cancel: consequencesOf(journey, nameOf),
  }
}

/** Rows of a list and what was found at the vendor's have ids of their own, and no event behind them. */
function eventUrl(id: string): string | undefined {
  const isEvent = eventSources.some(source => id.startsWith(`${source}_`))
  return isEvent ? `/dashboard/events/${encodeURIComponent(id)}` : undefined
}

function whyOf({ state, reason, reasonDetail, effects }: JourneyView): string {
  if (state === 'parked') {
    const parked = effects.find(effect => effect.state === 'parked')
    return parked === undefined
      ? stateWords.parked.means
      : `${effectName(parked.kind, parked.rule)} waits for a person's decision: ${parked.why ?? 'nobody can tell whether it happened'}.`
  }
  if (reason === undefined) return stateWords[state].means
  const stopped = stopWord(reason)
  const why = stopped.charAt(0).toUpperCase() + stopped.slice(1)
  return reasonDetail === undefined ? why : `${why.replace(/\.$/, '')} (${reasonDetail}).`
}

const reasonFor = (why: string) => (/^[a-z_]+$/.test(why) ? skipWord(why) : why)

type Step = JourneyView['steps'][number]

function nextOf({ kind, ref, dueAt, why }: Step, nameOf: (key: string) => string) {
  return { phrase: stepPhrase(kind, ref, nameOf), dueAt, ...(why === undefined ? {} : { waitsFor: waitWord(why) }) }
}

function stepPhrase(kind: Step['kind'], ref: string, nameOf: (key: string) => string): string {
  switch (kind) {
    case 'dial':
      return `Call the lead: attempt ${ref}`
    case 'poll':
      return `Ask the vendor how call ${ref} stands`
    case 'read':
      return `Read what the vendor found out in call ${ref}`
    case 'tell':
      return 'Tell that the journey has ended'
    case 'write':
      return `Write what came of it to the vendor's record of the ${ref}`
    case 'text':
      return `Send ${effectName('sms', ref).toLowerCase()}`
    case 'fire':
      return `Fire ${effectName('pixel', ref).toLowerCase()}`
    case 'handover':
      return "Hand the lead over to the vendor's dialer"
    case 'walk':
      return `Look whether the vendor's dialer has made call ${ref}`
    case 'reconcile':
      return `Should no answer have come by then, find out what became of ${nameOf(ref).toLowerCase()}`
  }
}

function timelineOf(journey: JourneyView, nameOf: (key: string) => string) {
  return journey.timeline.map(entry => ({
    ...tell(entry, nameOf),
    what: entry.what,
    at: entry.at,
    there: timeThere(journey, entry.at),
  }))
}

/** Where a lead may be in one of several zones, or nothing is known of it any more, nobody can say what its clock showed. */
function onlyZone({ timezones }: Pick<JourneyView, 'timezones'>): string | null {
  const [zone, ...others] = timezones
  return zone === undefined || others.length > 0 ? null : zone
}

/** What the lead's clock shows then: hours and quiet hours are kept by it. */
function timeThere(journey: Pick<JourneyView, 'timezones'>, at: string): string | null {
  const zone = onlyZone(journey)
  return zone === null ? null : zoneClock(zone).named(Date.parse(at))
}

/** What cancelling would do, point by point; `undefined` when there is nothing to cancel. */
function consequencesOf(journey: JourneyView, nameOf: (key: string) => string): Phrase[] | undefined {
  if (['done', 'stopped'].includes(journey.state) || journey.reason !== undefined) return undefined
  const due = (kind: string, ref: string) => journey.steps.find(step => step.kind === kind && step.ref === ref)?.dueAt
  const dials = journey.steps
    .filter(({ kind }) => kind === 'dial')
    .map(({ ref, dueAt }) => say(`Call ${ref}, planned for `, Date.parse(dueAt), ', is not made.'))
  const planned = journey.effects
    .filter(({ kind, state }) => kind !== 'call' && kind !== 'lead' && state === 'planned')
    .map(({ key, kind, rule }) => {
      const at = due(kind === 'sms' ? 'text' : kind === 'handover' ? 'handover' : 'fire', rule)
      return say(nameOf(key), ...(at === undefined ? [] : [', planned for ', Date.parse(at), ',']), ' is not sent.')
    })
  const isCalling = ['dialing', 'in_call'].includes(journey.state)
  const calling = isCalling
    ? [
        say(
          'The call that is under way is not cut off. It is followed to its end, and no text, pixel or further call comes after it.',
        ),
      ]
    : []
  const handOver = journey.effects.find(({ kind }) => kind === 'handover')?.state ?? ''
  const isAwaited = isCalling || journey.steps.some(({ kind }) => kind === 'walk')
  const isWithDialer = ['intended', 'unknown'].includes(handOver) || (handOver === 'done' && isAwaited)
  const notTakenBack = isWithDialer
    ? [say("The vendor's dialer may still call: a lead cannot be taken back from it. Its calls are followed no more.")]
    : []
  return [
    ...calling,
    ...dials,
    ...notTakenBack,
    ...planned,
    say('What has happened already stays as it is. This cannot be undone.'),
  ]
}
