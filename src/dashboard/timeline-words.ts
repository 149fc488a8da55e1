import { endTellers } from './end-words.ts'
import { handOverTellers } from './hand-over-words.ts'
import { type Phrase, say } from './phrase.ts'
import { pixelTellers } from './pixel-words.ts'
import { replayTellers } from './replay-words.ts'
import { spanOf } from './views.ts'
import { humanise, lookUp, outcomeWord, skipWord, stopWord, type Tone, waitWord } from './words.ts'
import { writeBackTellers } from './write-back-words.ts'

/** One line of a timeline, as it is kept. */
export interface Entry {
  at: string
  what: string
  [fact: string]: unknown
}

export interface Told {
  tone: Tone
  phrase: Phrase
  /** What else is known of it, for those who look closer. */
  facts: { name: string; value: string }[]
}

/** Gives effects their names: a timeline only has their keys. */
export type NameOfEffect = (key: string) => string

interface Facts {
  text(name: string): string | undefined
  number(name: string): number | undefined
  isTrue(name: string): boolean
  /** Milliseconds, however the instant was written. */
  instant(name: string): number | undefined
  list(name: string): string[]
}

export type Teller = (facts: Facts, effect: string) => { tone?: Tone; phrase: Phrase; tells: string[] }

const exactly: Record<string, Teller> = {
  ...handOverTellers,
  ...pixelTellers,
  ...endTellers,
  ...replayTellers,
  ...writeBackTellers,
  'journey.opened': facts => ({
    phrase: say(
      `The journey began${facts.list('zones').length > 0 ? `, in the time zone ${listOf(facts.list('zones'))}` : ''}.`,
    ),
    tells: ['zones', 'event'],
  }),
  'journey.done': facts => ({
    tone: 'good',
    phrase: say(`Everything was done${outcomeOf(facts, '. The last outcome is “', '”')}.`),
    tells: ['outcome'],
  }),
  'journey.stopped': facts => ({
    tone: 'warn',
    phrase: say(`Stopped: ${stopWord(facts.text('reason') ?? 'no reason was given')}`),
    tells: ['reason', 'outcome'],
  }),
  'journey.cancelled': facts => ({
    tone: 'warn',
    phrase: say(`Cancelled by ${facts.text('by') ?? 'somebody'}.`),
    tells: ['by'],
  }),
  'lead.erased': () => ({ tone: 'warn', phrase: say('The lead was erased: what is left names nobody.'), tells: [] }),
  'event.joined': () => ({
    phrase: say('Another event for this lead came in. It joined this journey instead of starting a second one.'),
    tells: [],
  }),
  'dial.planned': facts => ({
    phrase: say(`Call ${facts.number('attempt') ?? ''} was planned`, ...plannedFor(facts), '.'),
    tells: ['attempt', DUE],
  }),
  'call.hinted': () => ({
    phrase: say('The vendor said that the call is over, so it was looked at right away.'),
    tells: ['attempt'],
  }),
  'call.ended': facts => ({
    tone: outcomeWord(facts.text('outcome') ?? '').tone,
    phrase: say(`Call ${facts.number('attempt') ?? ''} ended${outcomeOf(facts, ': ', '')}${talkOf(facts)}.`),
    tells: ['attempt', 'outcome', 'talkMs', 'spokenTo'],
  }),
  'call.ended_late': facts => ({
    phrase: say(
      `Call ${facts.number('attempt') ?? ''} had been given up. It turned out to have ended${outcomeOf(facts, ' as “', '”')}; nothing follows from that any more.`,
    ),
    tells: ['attempt', 'outcome'],
  }),
  'number.suppressed': facts => ({
    tone: 'warn',
    phrase: say(
      `The number opted out: no more ${listOf(facts.list('channels').map(channel => (channel === 'voice' ? 'calls' : 'texts')))}.`,
    ),
    tells: ['channels'],
  }),
  'lead.replied': facts => ({
    tone: 'info',
    phrase: say('The lead wrote a text ', facts.instant('heardAt') ?? 'of its own accord', '.'),
    tells: ['heardAt'],
  }),
  'lead.called': facts => ({
    tone: 'info',
    phrase: say('The lead called ', facts.instant('heardAt') ?? 'of its own accord', '.'),
    tells: ['heardAt'],
  }),
  'effect.parked': (facts, effect) => ({
    tone: 'warn',
    phrase: say(`${effect} was put before a person: ${facts.text('why') ?? 'nobody can tell whether it happened'}.`),
    tells: ['why'],
  }),
  'effect.not_found_yet': (_facts, effect) => ({
    phrase: say(`The vendor does not show ${inSentence(effect)} so far. It is looked for again before anything else.`),
    tells: [],
  }),
  'effect.decided': (facts, effect) => ({
    tone: 'info',
    phrase: say(
      `${facts.text('by') ?? 'Somebody'} decided that ${inSentence(effect)} ${facts.isTrue('happened') ? 'happened' : 'did not happen'}${noteOf(facts)}.`,
    ),
    tells: ['by', 'happened', 'note'],
  }),
  'effect.step_restored': (facts, effect) => ({
    phrase: say(`${effect} was planned and had no turn. It has one now`, ...plannedFor(facts), '.'),
    tells: [DUE],
  }),
  'answer.came_too_late': (_facts, effect) => ({
    tone: 'warn',
    phrase: say(`An answer about ${inSentence(effect)} came after somebody had decided what became of it.`),
    tells: [],
  }),
  'step.failed': facts => ({
    tone: 'warn',
    phrase: say(`A step went wrong on try ${facts.number('try') ?? 1} and is tried again.`),
    tells: ['try'],
  }),
}

/** What can happen to every effect: `<kind>.<state>`. */
const ofEffects: Record<string, Teller> = {
  planned: (facts, effect) => ({ phrase: say(`${effect} was planned`, ...plannedFor(facts), '.'), tells: [DUE] }),
  intended: (facts, effect) => {
    const tries = facts.number('try') ?? 1
    return {
      phrase: say(`${effect} was written down and then requested${tries > 1 ? `, try ${tries}` : ''}.`),
      tells: ['try'],
    }
  },
  refused: (facts, effect) => ({
    tone: 'bad',
    phrase: say(`The vendor refused ${inSentence(effect)}${errorOf(facts)}.`),
    tells: ['error'],
  }),
  expired: (facts, effect) => ({
    tone: 'bad',
    phrase: say(`${effect} was given up: its time was over${errorOf(facts)}.`),
    tells: ['error'],
  }),
  found_done: (facts, effect) => ({
    phrase: say(`${effect} counts as done${howOf(facts)}.`),
    tells: ['how', 'adopted', 'decided'],
  }),
  found_not_done: (facts, effect) => ({
    phrase: say(`${effect} counts as not done${howOf(facts)}.`),
    tells: ['how'],
  }),
  skipped: (facts, effect) => ({ phrase: say(`${effect} was skipped: ${skipOf(facts)}`), tells: ['why'] }),
  put_off: (facts, effect) => ({
    tone: 'warn',
    phrase: say(
      `${effect} could not be sent${errorOf(facts)}. It surely did not happen; the next try is due `,
      facts.instant('until') ?? 'soon',
      '.',
    ),
    tells: ['until', 'error'],
  }),
  doubted: (_facts, effect) => ({
    tone: 'warn',
    phrase: say(`${effect} may have happened before the backup was restored: it is looked for first.`),
    tells: ['from', 'to'],
  }),
  unknown: (facts, effect) => ({
    tone: 'warn',
    phrase: say(`${effect} may or may not have happened${errorOf(facts)}. It is not repeated before that is known.`),
    tells: ['error'],
  }),
}

const doneWords: Record<string, string> = {
  call: 'was placed: the vendor took it',
  sms: 'was sent',
  pixel: 'was fired',
  lead: 'was done: the vendor knows the lead now',
}

/** Says one line of a timeline in a sentence. A line that nobody foresaw is shown by its name and facts. */
export function tell(entry: Entry, nameOf: NameOfEffect): Told {
  const facts = readFacts(entry)
  const key = facts.text('effect')
  const [kind = '', state = ''] = entry.what.split('.')
  const effect = key === undefined ? humanise(kind) : nameOf(key)
  const teller =
    lookUp(exactly, entry.what) ??
    (key === undefined ? undefined : tellerOfEffect(kind, state)) ??
    waiting(entry.what, facts)
  const { tone = 'quiet', phrase, tells } = teller(facts, effect)
  const told = new Set(['at', 'what', 'effect', 'campaign', 'step', 'ref', ...tells])
  return {
    tone,
    phrase,
    facts: Object.entries(entry).flatMap(([name, value]) =>
      told.has(name) || value === undefined || value === '' ? [] : [{ name, value: textOf(value) }],
    ),
  }
}

function tellerOfEffect(kind: string, state: string): Teller | undefined {
  if (state !== 'done') return lookUp(ofEffects, state)
  return (_facts, effect) => ({
    tone: 'good',
    phrase: say(`${effect} ${lookUp(doneWords, kind) ?? 'was done'}.`),
    tells: [],
  })
}

/** What a step waits for is a line of its own: `window`, `budget`, `live_call`, `quiet_hours`. */
function waiting(what: string, facts: Facts): Teller {
  return () => {
    const until = facts.instant('until')
    return {
      phrase: until === undefined ? say(`${humanise(what)}.`) : say(`${waitWord(what)}: it waits until `, until, '.'),
      tells: ['until'],
    }
  }
}

function readFacts(entry: Entry): Facts {
  const number = (name: string) => (typeof entry[name] === 'number' ? entry[name] : undefined)
  const text = (name: string) => (typeof entry[name] === 'string' ? entry[name] : undefined)
  return {
    number,
    text,
    isTrue: name => entry[name] === true,
    instant(name) {
      const at = number(name) ?? Date.parse(text(name) ?? '')
      return Number.isNaN(at) ? undefined : at
    },
    list: name => (Array.isArray(entry[name]) ? entry[name].map(String) : []),
  }
}

const DUE = 'dueAt'

function plannedFor(facts: Facts): (string | number)[] {
  const at = facts.instant(DUE)
  return at === undefined ? [] : [' for ', at]
}

function outcomeOf(facts: Facts, before: string, after: string): string {
  const outcome = facts.text('outcome')
  return outcome === undefined ? '' : `${before}${outcomeWord(outcome).label.toLowerCase()}${after}`
}

function talkOf(facts: Facts): string {
  const talkMs = facts.number('talkMs')
  return talkMs === undefined || talkMs === 0 ? '' : `, after ${spanOf(talkMs)} of talk`
}

function errorOf(facts: Facts): string {
  const error = facts.text('error')
  return error === undefined ? '' : ` (${error.replace(/\.$/, '')})`
}

function skipOf(facts: Facts): string {
  const why = facts.text('why')
  return why === undefined ? 'it was not needed any more.' : /^[a-z_]+$/.test(why) ? skipWord(why) : `${why}.`
}

function howOf(facts: Facts): string {
  const how = facts.text('how')
  return how === undefined ? '' : `: ${how}`
}

function noteOf(facts: Facts): string {
  const note = facts.text('note')
  return note === undefined ? '' : `: “${note}”`
}

function listOf(words: readonly string[]): string {
  return new Intl.ListFormat('en', { type: 'conjunction' }).format(words)
}

function inSentence(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1)
}

function textOf(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
