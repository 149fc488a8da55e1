import type { JourneyState, Outcome, StopReason } from '../campaigns/vocabulary.ts'

/** How something is coloured: `live` and `good` mean what they say, `warn` wants a look, `bad` went wrong. */
export type Tone = 'quiet' | 'info' | 'live' | 'good' | 'warn' | 'bad'

export interface Word {
  label: string
  tone: Tone
}

export const stateWords: Record<JourneyState, Word & { means: string }> = {
  scheduled: {
    label: 'Scheduled',
    tone: 'quiet',
    means: "The next call is planned, or the vendor's own dialer has the lead.",
  },
  dialing: { label: 'Dialing', tone: 'info', means: 'A call is being placed.' },
  in_call: { label: 'In call', tone: 'live', means: 'A call is going on.' },
  following_up: {
    label: 'Following up',
    tone: 'info',
    means: 'The calling is over; a text or a pixel is still to be sent.',
  },
  done: { label: 'Done', tone: 'good', means: 'Nothing is left to be done.' },
  stopped: { label: 'Stopped', tone: 'quiet', means: 'It was ended before its time.' },
  parked: { label: 'Parked', tone: 'warn', means: 'A person has to decide before it goes on.' },
}

export const outcomeWords: Record<Outcome, Word> = {
  qualified: { label: 'Qualified', tone: 'good' },
  disqualified: { label: 'Disqualified', tone: 'quiet' },
  answered: { label: 'Answered', tone: 'good' },
  callback_requested: { label: 'Callback requested', tone: 'info' },
  incomplete: { label: 'Incomplete', tone: 'quiet' },
  voicemail: { label: 'Voicemail', tone: 'quiet' },
  no_answer: { label: 'No answer', tone: 'quiet' },
  busy: { label: 'Busy', tone: 'quiet' },
  failed: { label: 'Failed', tone: 'bad' },
  opted_out: { label: 'Opted out', tone: 'warn' },
  timed_out: { label: 'Timed out', tone: 'warn' },
  unmapped: { label: 'Not understood', tone: 'bad' },
}

/** Each is the end of a sentence that begins with "Stopped: ". */
const stopWords: Record<StopReason, string> = {
  suppressed: 'the number must not be called.',
  expired: 'the time that its campaign allows for calling was over.',
  budget_spent: 'the number had all the calls it may get in the time that was left.',
  cancelled: 'it was cancelled.',
  invalid_phone: 'there is no valid phone number.',
  no_timezone: "the lead's time zone is not known, so nobody can tell when to call.",
  refused: 'the vendor refused the call.',
  reply: 'the lead replied.',
  inbound_call: 'the lead called back.',
}

/** What a step waits for. */
const waitWords: Record<string, string> = {
  window: 'Outside of the calling window',
  window_changed: 'The campaign has new calling hours',
  quiet_hours: 'Quiet hours',
  budget: 'The number has had its share of calls',
  live_call: 'The number is in another call',
  destination_paused: 'No pixels are taken there now: it is fired as soon as they are, or given up at this time',
  another_attempt: 'Another call may have been made',
  once_per_lead: 'Another journey of this lead was about to fire it',
}

const attemptWords: Record<string, Word> = {
  intended: { label: 'Being placed', tone: 'info' },
  live: { label: 'Live', tone: 'live' },
  ended: { label: 'Ended', tone: 'quiet' },
  refused: { label: 'Refused', tone: 'bad' },
  unknown: { label: 'Unknown', tone: 'warn' },
}

const effectWords: Record<string, Word> = {
  planned: { label: 'Planned', tone: 'quiet' },
  intended: { label: 'Under way', tone: 'info' },
  done: { label: 'Done', tone: 'good' },
  refused: { label: 'Refused', tone: 'bad' },
  unknown: { label: 'Unknown', tone: 'warn' },
  parked: { label: 'Parked', tone: 'warn' },
  skipped: { label: 'Skipped', tone: 'quiet' },
  expired: { label: 'Expired', tone: 'bad' },
}

/** An entry of a table by a name that came from elsewhere: `valueOf` is none. */
export function lookUp<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}

export const attemptWord = (state: string) => lookUp(attemptWords, state) ?? wordFor(state)
export const effectWord = (state: string) => lookUp(effectWords, state) ?? wordFor(state)
export const stateWord = (state: string): Word => lookUp<Word>(stateWords, state) ?? wordFor(state)
export const outcomeWord = (outcome: string): Word => lookUp<Word>(outcomeWords, outcome) ?? wordFor(outcome)
export const stopWord = (reason: string): string =>
  lookUp<string>(stopWords, reason) ?? `${humanise(reason).toLowerCase()}.`
/** Why a text or a pixel was left out; `suppressed` says nothing of calls there. */
export const skipWord = (reason: string): string =>
  reason === 'suppressed' ? 'the number is suppressed.' : stopWord(reason)
export const waitWord = (why: string): string => lookUp(waitWords, why) ?? humanise(why)

/** A name of an effect for people: `Call 1`, `Text “thanks”`. */
export function effectName(kind: string, rule: string): string {
  if (kind === 'lead') return 'Creation of the lead'
  if (kind === 'handover') return 'Hand-over'
  return kind === 'call' ? `Call ${rule}` : kind === 'sms' ? `Text “${rule}”` : `${humanise(kind)} “${rule}”`
}

/** `no_answer` and `call.put_off` as words: a page never fails for a name that is newer than it. */
export function humanise(name: string): string {
  const words = name.replace(/[._-]+/g, ' ').trim()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function wordFor(name: string): Word {
  return { label: humanise(name), tone: 'quiet' }
}
