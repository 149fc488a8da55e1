import type { Phrase } from '../dashboard/phrase.ts'
import { tell } from '../dashboard/timeline-words.ts'
import { effectName, stopWord, waitWord } from '../dashboard/words.ts'
import type { Journey, JourneyWithTimeline } from './answers.ts'
import { styleOf, toneStyles } from './colours.ts'
import { sayFacts } from './facts.ts'
import { spanText } from './figures.ts'
import { localTime, localZone } from './local-time.ts'
import { plainText } from './plain-text.ts'
import type { Screen } from './screen.ts'
import { createTable } from './table.ts'

type Attempt = Journey['attempts'][number]
type Effect = Journey['effects'][number]
type Step = Journey['steps'][number]

/** Everything about one journey: where it stands, what was tried, what is next, and all that happened. */
export function sayJourney(out: Screen, journey: JourneyWithTimeline): void {
  const { id, leadId, campaign, state, reason, reasonDetail, outcome, createdAt, endedAt, erasedAt, eventId, test } =
    journey
  const style = styleOf(state)
  const nameOf = (key: string) => {
    const effect = journey.effects.find(entry => entry.key === key)
    return effect === undefined ? key : effectName(effect.kind, effect.rule)
  }
  const shownState = plainText(state)
  out.say(`${out.paint('bold', plainText(id))}  ${style === undefined ? shownState : out.paint(style, shownState)}`)
  sayFacts(out, [
    ['lead', erasedAt === undefined ? leadId : `erased ${localTime(erasedAt)}`],
    ['campaign', `${campaign}${test === true ? ' (test mode)' : ''}`],
    ['outcome', outcome],
    ['stopped', reason === undefined ? undefined : `${stopWord(reason)}${reasonDetail ? ` (${reasonDetail})` : ''}`],
    ['began', localTime(createdAt)],
    ['ended', localTime(endedAt)],
    ['timezone', journey.timezones.join(' or ')],
    ['event', eventId],
  ])
  sayAttempts(out, journey.attempts)
  sayEffects(
    out,
    journey.effects.filter(({ kind }) => kind !== 'call'),
  )
  if (endedAt === undefined) saySteps(out, journey.steps)
  sayTimeline(out, journey, nameOf)
}

function sayAttempts(out: Screen, attempts: readonly Attempt[]): void {
  if (attempts.length > 0) out.say()
  createTable<Attempt>(out, [
    { title: 'CALL', of: ({ number }) => number, align: 'right' },
    { title: 'STATE', of: ({ state }) => state, style: ({ state }) => styleOf(state) },
    { title: 'OUTCOME', of: ({ outcome }) => outcome, style: ({ outcome }) => styleOf(outcome) },
    { title: 'BEGAN', of: ({ intendedAt }) => localTime(intendedAt) },
    { title: 'ENDED', of: ({ endedAt }) => localTime(endedAt), isOptional: true },
    { title: 'TALK', of: ({ talkMs }) => (talkMs ? spanText(talkMs) : undefined), align: 'right' },
    { title: 'INTERACTION', of: ({ interactionId }) => interactionId },
  ]).add(attempts)
}

function sayEffects(out: Screen, effects: readonly Effect[]): void {
  if (effects.length > 0) out.say()
  createTable<Effect>(out, [
    { title: 'FOLLOW-UP', of: ({ kind, rule }) => effectName(kind, rule) },
    { title: 'STATE', of: ({ state }) => state, style: ({ state }) => styleOf(state) },
    { title: 'TRIES', of: ({ tries }) => tries, align: 'right' },
    {
      title: 'WHY',
      of: ({ why, error }) => why ?? (typeof error === 'string' ? error : error?.message),
      shrinks: true,
    },
  ]).add(effects)
}

function saySteps(out: Screen, steps: readonly Step[]): void {
  if (steps.length > 0) out.say()
  createTable<Step>(out, [
    { title: 'NEXT', of: ({ kind, ref }) => `${kind} ${ref}` },
    { title: 'AT', of: ({ dueAt }) => localTime(dueAt) },
    { title: 'WAITS FOR', of: ({ why }) => (why === undefined ? undefined : waitWord(why)), shrinks: true },
  ]).add(steps)
}

function sayTimeline(out: Screen, { timeline }: JourneyWithTimeline, nameOf: (key: string) => string): void {
  out.say(`\n${out.paint('bold', 'WHAT HAPPENED')}  ${out.paint('dim', `times in ${localZone()}`)}`)
  for (const entry of timeline) {
    const { tone, phrase, facts } = tell(entry, nameOf)
    const sentence = plainText(spoken(phrase))
    const style = toneStyles[tone]
    out.say(`${out.paint('dim', localTime(entry.at))}  ${style === undefined ? sentence : out.paint(style, sentence)}`)
    if (facts.length === 0) continue
    const more = facts.map(({ name, value }) => `${name} ${plainText(value)}`).join(', ')
    out.say(`${' '.repeat('2026-12-01 09:00:00  '.length)}${out.paint('dim', plainText(more))}`)
  }
}

function spoken(phrase: Phrase): string {
  return phrase.map(part => ('text' in part ? part.text : localTime(part.at))).join('')
}
