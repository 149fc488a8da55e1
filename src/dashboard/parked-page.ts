import type { JourneyView } from '../desk/journey-view.ts'
import type { ParkedView } from '../desk/parked.ts'
import type { PersonDetails } from '../desk/person-view.ts'
import { lastLine, type Question, questionOf } from './parked-question.ts'
import { type Phrase, say } from './phrase.ts'

/** An effect that waits for a person, with what its journey knows of it. */
export interface ParkedRow extends Question {
  person: PersonDetails
  campaign: string
  test: boolean
  since: string
  /** `why` as a sentence. */
  reason: string
  asked: Phrase
  answer: Phrase
  /** The error's code and status, where its message does not hold them. */
  codes: string[]
  /** Words of a text, where they may be seen. */
  text: string | undefined
  /** The way to the question that each decision is asked with. */
  urls: { happened: string; notHappened: string }
}

/** `undefined` when the effect is gone from its journey. */
export function parkedRow(
  parked: Pick<ParkedView, 'key' | 'since'>,
  journey: JourneyView,
  person: PersonDetails,
  campaign: string,
): ParkedRow | undefined {
  const question = questionOf(journey, parked.key)
  if (question === undefined) return undefined
  return {
    ...question,
    person,
    campaign,
    test: journey.test === true,
    since: parked.since,
    reason: sentence(question.why),
    asked: askedPhrase(question, journey),
    answer: answerPhrase(question, journey),
    codes: codesOf(question.error),
    text: person.texts[question.key],
    urls: decisionUrls(question.key),
  }
}

export function decisionUrls(key: string): ParkedRow['urls'] {
  const url = (happened: boolean) =>
    `/dashboard/parked/decide?${new URLSearchParams({ key, happened: String(happened) })}`
  return { happened: url(true), notHappened: url(false) }
}

function askedPhrase({ key, kind, tries }: Question, journey: JourneyView): Phrase {
  const at = lastLine(journey, `${kind}.intended`, key)?.at
  if (at === undefined) return say('Nothing: it never came to a request.')
  return tries > 1
    ? say(`Requested ${tries} times, the last time `, Date.parse(at), '.')
    : say('Requested once, ', Date.parse(at), '.')
}

function answerPhrase({ key, kind, rule, standing, status, error }: Question, journey: JourneyView): Phrase {
  if (standing === 'over') {
    const endedAt = journey.attempts.find(({ number }) => String(number) === rule)?.endedAt
    return endedAt === undefined
      ? say(`The call ended with the status “${status ?? ''}”.`)
      : say(`The call ended `, Date.parse(endedAt), ` with the status “${status ?? ''}”.`)
  }
  if (error !== undefined) {
    const at = lastLine(journey, `${kind}.unknown`, key)?.at
    return say(...(at === undefined ? [] : [Date.parse(at), ': ']), sentence(error.message))
  }
  if (standing === 'unasked') return say('Nothing.')
  return lastLine(journey, `${kind}.done`, key) === undefined
    ? say('Nothing: the answer was lost.')
    : say('The vendor took it.')
}

function codesOf(error: Question['error']): string[] {
  if (error === undefined) return []
  const { code, message, status } = error
  return [
    ...(message.includes(code) ? [] : [code]),
    ...(status === undefined || message.includes(String(status)) ? [] : [`HTTP ${status}`]),
  ]
}

/** A reason as it was noted, with a capital and a full stop. */
function sentence(text: string): string {
  const trimmed = text.trim()
  return `${trimmed.charAt(0).toUpperCase()}${trimmed.slice(1)}${/[.!?]$/.test(trimmed) ? '' : '.'}`
}
