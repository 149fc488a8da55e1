import { counted } from './counted.ts'
import { humanise, lookUp, type Word } from './words.ts'

/** What each kind of error says of the effect that it ended: what is sure, and what is next. */
const classWords: Record<string, Word & { means: string }> = {
  RejectedError: {
    label: 'Refused',
    tone: 'bad',
    means: 'The vendor understood and said no. It is not tried again by itself.',
  },
  RateLimitedError: {
    label: 'Throttled',
    tone: 'warn',
    means: 'The vendor was busy and surely did nothing. It is tried again by itself.',
  },
  UnavailableError: {
    label: 'Not reached',
    tone: 'warn',
    means: 'It surely did not happen. It is tried again by itself.',
  },
  UnknownOutcomeError: {
    label: 'Not known',
    tone: 'warn',
    means: 'It may have happened: the answer was lost, or nobody understands it.',
  },
  ExpiredError: { label: 'Given up', tone: 'bad', means: 'It was tried until its time was over.' },
  PayloadError: { label: 'Not readable', tone: 'bad', means: 'What was stored for it does not fit this version.' },
}

/** Anything else is ours. */
const ownFault: Word & { means: string } = {
  label: 'A fault of ours',
  tone: 'bad',
  means: 'Something went wrong here that nobody foresaw. The log says more.',
}

export const classWord = (name: string) => lookUp(classWords, name) ?? ownFault

const kindNames: Record<string, [one: string, many: string]> = {
  call: ['call', 'calls'],
  sms: ['text', 'texts'],
  pixel: ['pixel', 'pixels'],
  lead: ['creation of a lead', 'creations of leads'],
  handover: ['hand-over', 'hand-overs'],
}

export const kindChoices = ['pixel', 'sms', 'call', 'lead', 'handover'].map(id => ({
  id,
  label: humanise(kindNames[id]?.[1] ?? id),
}))

/** `3 pixels`; for all kinds together `3 effects`. */
export function countedOf(kind: string | undefined, count: number): string {
  const [one, many] = lookUp(kindNames, kind ?? '') ?? ['effect', 'effects']
  return counted(count, one, many)
}
