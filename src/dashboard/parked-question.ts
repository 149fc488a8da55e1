import type { JourneyView } from '../desk/journey-view.ts'
import type { Entry } from './timeline-words.ts'
import { effectName, stopWord } from './words.ts'

/** An effect of which somebody has to say, or has said, whether it happened. */
export interface Question {
  key: string
  kind: string
  rule: string
  /** `Call 2`, `Text “thanks”`. */
  name: string
  /** The same with whom it was to. */
  title: string
  journeyId: string
  leadId: string
  /** Still waits for a decision. */
  isOpen: boolean
  /** When it was put before a person, the last time. */
  askedAt: string | undefined
  why: string
  /**
   * What the journey knows of it. `unasked`: not even a request. `lost`: requested, with no end in sight. `over`: a call
   * that ended in a way nobody understands.
   */
  standing: 'unasked' | 'lost' | 'over'
  /** Its journey was stopped, and why. */
  stopped: string | undefined
  /** Somebody cancelled it: nothing more is done for it, whatever earlier calls have earned. */
  isCancelled: boolean
  /** The vendor's own record of it. */
  interactionId: string | undefined
  /** The vendor's own word for how a call ended. */
  status: string | undefined
  tries: number
  error: { code: string; message: string; status?: number } | undefined
}

/** What is to be asked about an effect of this journey; `undefined` when the journey has no such effect. */
export function questionOf(journey: JourneyView, key: string): Question | undefined {
  const effect = journey.effects.find(entry => entry.key === key)
  if (effect === undefined) return undefined
  const { kind, rule, state, tries, error, result, why = 'nobody can tell whether it happened' } = effect
  const attempt = kind === 'call' ? journey.attempts.find(({ number }) => String(number) === rule) : undefined
  const sentIn = result?.['interactionId']
  const isUnasked = kind === 'call' ? attempt === undefined : tries === 0
  return {
    key,
    kind,
    rule,
    name: effectName(kind, rule),
    title: kind === 'lead' ? effectName(kind, rule) : `${effectName(kind, rule)} to ${journey.leadId}`,
    journeyId: journey.id,
    leadId: journey.leadId,
    isOpen: state === 'parked',
    askedAt: lastLine(journey, 'effect.parked', key)?.at,
    why,
    standing: attempt?.state === 'ended' ? 'over' : isUnasked ? 'unasked' : 'lost',
    isCancelled: journey.reason === 'cancelled',
    stopped: journey.reason === undefined ? undefined : stopWord(journey.reason).replace(/\.$/, ''),
    interactionId: attempt?.interactionId ?? (sentIn === undefined ? undefined : String(sentIn)),
    status: attempt?.status,
    tries,
    error,
  }
}

/** The newest line of a journey's timeline that says this of this effect. */
export function lastLine({ timeline }: JourneyView, what: string, key: string) {
  return timeline.findLast((entry: Entry) => entry.what === what && entry['effect'] === key)
}

/** What a decision leads to: sentences that hold whatever the campaign's rules are. */
export interface Consequences {
  points: string[]
  /** What it costs to be wrong. */
  risk?: string
}

export function consequencesOf(question: Question, happened: boolean): Consequences {
  switch (question.kind) {
    case 'call':
      return happened ? afterCall(question) : beforeNextCall(question)
    case 'lead':
      return happened ? afterCreation(question) : beforeCreation(question)
    case 'handover':
      return happened ? afterHandOver(question) : beforeHandOver(question)
    case 'sms':
      return happened ? counts(question, 'sent') : again(question, 'sent', TEXT_AGAIN)
    case 'pixel':
      return happened ? counts(question, 'fired') : again(question, 'fired', PIXEL_AGAIN)
    default:
      return happened ? counts(question, 'done') : again(question, 'done', { points: [], risk: 'it happens twice' })
  }
}

/** Whether the decision needs to know what the call came to. */
export const needsOutcome = (question: Question, happened: boolean) =>
  happened && question.kind === 'call' && question.standing === 'over'

/** Whether the vendor's id of the call makes a difference. */
export const takesInteraction = (question: Question, happened: boolean) =>
  happened && question.kind === 'call' && question.standing === 'lost'

/** Whether the decision needs to know under which id the vendor has the lead. */
export const needsLead = (question: Question, happened: boolean) => happened && question.kind === 'lead'

const OPTED_OUT = 'A number that has opted out by then is left alone.'

function afterCall({ name, rule, standing, stopped }: Question): Consequences {
  if (standing === 'unasked') {
    return {
      points: [
        `${name} counts as made. The journey has no record of asking for it, so there is nothing to follow.`,
        'Nobody is called again because of it.',
      ],
    }
  }
  if (standing === 'over') {
    return {
      points: [
        stopped === undefined
          ? 'The outcome that you choose decides what is next: the retries and follow-ups that the campaign has for it.'
          : `The outcome is noted. Nothing follows from it, for the journey was stopped: ${stopped}.`,
        'Nobody is called again before that. “Opted out” also keeps every campaign from calling or texting the number.',
      ],
    }
  }
  return {
    points: [
      `With the interaction id: call ${rule} is followed to its end, and what it came to decides what is next.`,
      'Without: the journey ends as timed out and nobody is called again, unless the campaign has retries for “timed_out”. Follow-ups that fit “timed_out” are still sent.',
    ],
  }
}

const IN_TIME = 'When the time that the campaign allows for calling is over by then, the journey is stopped instead.'

function afterCreation({ stopped }: Question): Consequences {
  const known = 'The lead counts as known to the vendor under the id that you give.'
  if (stopped !== undefined) {
    return { points: [known, `The lead is not called, for the journey was stopped: ${stopped}.`] }
  }
  return { points: [known, 'The lead is called at the next open moment.', IN_TIME, OPTED_OUT] }
}

function beforeCreation({ stopped }: Question): Consequences {
  if (stopped !== undefined) {
    return { points: [`The vendor is not told of the lead again, for the journey was stopped: ${stopped}.`] }
  }
  return {
    points: [
      'The vendor is told of the lead again at the next open moment, and then the lead is called.',
      IN_TIME,
      OPTED_OUT,
    ],
    risk: 'Should the lead have been created after all, the vendor has it twice.',
  }
}

function afterHandOver({ stopped }: Question): Consequences {
  const counted = "The lead counts as handed over. Nobody gives it to the vendor's dialer again."
  const next =
    stopped === undefined
      ? 'The calls that the dialer has made since are looked for, and what they came to decides what is next.'
      : `Its calls are not looked for, for the journey was stopped: ${stopped}.`
  return { points: [counted, next] }
}

function beforeHandOver({ leadId, stopped }: Question): Consequences {
  if (stopped !== undefined) {
    return { points: [`Lead ${leadId} is not handed over again, for the journey was stopped: ${stopped}.`] }
  }
  return {
    points: [`Lead ${leadId} is handed over to the vendor's dialer again.`, IN_TIME, OPTED_OUT],
    risk: `Should it have been handed over after all, the dialer may call ${leadId} more often than it should.`,
  }
}

function beforeNextCall({ name, rule, leadId, standing, stopped }: Question): Consequences {
  const risk = `Should ${inSentence(name)} have happened after all, ${leadId} is called twice.`
  if (stopped !== undefined) {
    return { points: [`Lead ${leadId} is not called again, for the journey was stopped: ${stopped}.`] }
  }
  if (standing === 'over') {
    const next = `call ${Number(rule) + 1}`
    return {
      points: [
        `Lead ${leadId} is called again at the next open moment: ${next}.`,
        `${name} counts as one that came to nothing: no follow-up is sent for it.`,
        IN_TIME,
        OPTED_OUT,
      ],
      risk: `Should the lead have been reached after all, ${leadId} is called twice.`,
    }
  }
  return { points: [`Lead ${leadId} is called again at the next open moment.`, IN_TIME, OPTED_OUT], risk }
}

function counts({ name }: Question, done: string): Consequences {
  return { points: [`${name} counts as ${done}. It is not ${done} again.`] }
}

const TEXT_AGAIN: Again = {
  points: [
    'In quiet hours it waits for their end.',
    'A text that was planned more than 24 hours ago comes too late: it is given up instead.',
    OPTED_OUT,
  ],
  risk: 'the lead gets it twice',
}
const PIXEL_AGAIN: Again = {
  points: ['When the time that its rule allows (retryFor) is over, it is given up instead.'],
  risk: 'the platform may count it twice',
}

interface Again {
  points: string[]
  risk: string
}

function again({ name, stopped, isCancelled }: Question, done: string, { points, risk }: Again): Consequences {
  if (isCancelled) return { points: [`${name} is not ${done} again, for the journey was stopped: ${stopped}.`] }
  const although = stopped === undefined ? [] : [`This is so although the journey was stopped: ${stopped}.`]
  return {
    points: [`${name} is ${done} again.`, ...points, ...although],
    risk: `Should ${inSentence(name)} have happened after all, ${risk}.`,
  }
}

function inSentence(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}
