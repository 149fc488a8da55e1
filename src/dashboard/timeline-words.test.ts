import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainText } from './phrase.ts'
import { type Entry, tell } from './timeline-words.ts'

const at = '2026-12-01T09:00:00.000Z'
const due = Date.parse('2026-12-01T12:00:00.000Z')
const names: Record<string, string> = {
  'call:j:1': 'Call 1',
  'sms:j:thanks': 'Text “thanks”',
  'pixel:j:lead': 'Pixel “lead”',
}
const nameOf = (key: string) => names[key] ?? key

test.each<[what: string, facts: object, sentence: string]>([
  [
    'journey.opened',
    { event: 'e', campaign: 'c', zones: ['America/Chicago', 'America/New_York'] },
    'The journey began, in the time zone America/Chicago and America/New_York.',
  ],
  ['journey.opened', { event: 'e', campaign: 'c', zones: [] }, 'The journey began.'],
  ['journey.done', { outcome: 'no_answer' }, 'Everything was done. The last outcome is “no answer”.'],
  [
    'journey.stopped',
    { reason: 'no_timezone' },
    "Stopped: the lead's time zone is not known, so nobody can tell when to call.",
  ],
  ['journey.cancelled', { by: 'otto' }, 'Cancelled by otto.'],
  ['dial.planned', { attempt: 2, dueAt: due }, 'Call 2 was planned for 2026-12-01T12:00:00.000Z.'],
  ['sms.planned', { effect: 'sms:j:thanks', dueAt: due }, 'Text “thanks” was planned for 2026-12-01T12:00:00.000Z.'],
  ['pixel.planned', { effect: 'pixel:j:lead' }, 'Pixel “lead” was planned.'],
  ['call.intended', { effect: 'call:j:1', try: 1 }, 'Call 1 was written down and then requested.'],
  ['call.intended', { effect: 'call:j:1', try: 3 }, 'Call 1 was written down and then requested, try 3.'],
  ['call.done', { effect: 'call:j:1', interactionId: 'int_1' }, 'Call 1 was placed: the vendor took it.'],
  [
    'call.ended',
    { attempt: 1, outcome: 'qualified', status: 'qualified', talkMs: 90_000 },
    'Call 1 ended: qualified, after 1 min 30 s of talk.',
  ],
  [
    'call.put_off',
    { effect: 'call:j:1', code: 'X', error: 'refused.', until: due },
    'Call 1 could not be sent (refused). It surely did not happen; the next try is due 2026-12-01T12:00:00.000Z.',
  ],
  [
    'call.unknown',
    { effect: 'call:j:1', error: 'timeout' },
    'Call 1 may or may not have happened (timeout). It is not repeated before that is known.',
  ],
  [
    'sms.refused',
    { effect: 'sms:j:thanks', error: 'no such number' },
    'The vendor refused text “thanks” (no such number).',
  ],
  [
    'sms.skipped',
    { effect: 'sms:j:thanks', why: 'suppressed' },
    'Text “thanks” was skipped: the number must not be called.',
  ],
  [
    'sms.skipped',
    { effect: 'sms:j:thanks', why: 'the text is empty' },
    'Text “thanks” was skipped: the text is empty.',
  ],
  ['pixel.done', { effect: 'pixel:j:lead' }, 'Pixel “lead” was fired.'],
  ['pixel.expired', { effect: 'pixel:j:lead' }, 'Pixel “lead” was given up: its time was over.'],
  [
    'effect.parked',
    { effect: 'call:j:1', why: 'its answer never came' },
    'Call 1 was put before a person: its answer never came.',
  ],
  [
    'effect.not_found_yet',
    { effect: 'call:j:1', look: 2 },
    'The vendor does not show call 1 so far. It is looked for again before anything else.',
  ],
  [
    'effect.decided',
    { effect: 'sms:j:thanks', happened: false, by: 'otto', note: 'asked the vendor' },
    'otto decided that text “thanks” did not happen: “asked the vendor”.',
  ],
  ['effect.decided', { effect: 'call:j:1', happened: true, by: 'otto' }, 'otto decided that call 1 happened.'],
  [
    'call.found_done',
    { effect: 'call:j:1', how: 'decided by otto', interactionId: 'int_1', adopted: true },
    'Call 1 counts as done: decided by otto.',
  ],
  [
    'sms.found_not_done',
    { effect: 'sms:j:thanks', how: 'the vendor did not show it in 3 looks' },
    'Text “thanks” counts as not done: the vendor did not show it in 3 looks.',
  ],
  ['number.suppressed', { channels: ['voice', 'sms'] }, 'The number opted out: no more calls and texts.'],
  [
    'window',
    { step: 'dial', ref: '1', until: due },
    'Outside of the calling window: it waits until 2026-12-01T12:00:00.000Z.',
  ],
  ['quiet_hours', { step: 'text', ref: 'thanks', until: due }, 'Quiet hours: it waits until 2026-12-01T12:00:00.000Z.'],
  ['moon.phase_changed', {}, 'Moon phase changed.'],
])('%s %j is told as a sentence', (what, facts, sentence) => {
  expect(plainText(tell({ at, what, ...facts }, nameOf).phrase)).toBe(sentence)
})

test('what the sentence leaves out is there as a fact', () => {
  const { facts } = tell({ at, what: 'call.ended', attempt: 1, outcome: 'busy', status: 'line_busy' }, nameOf)
  expect(facts).toEqual([{ name: 'status', value: 'line_busy' }])
})

test('no line is too strange to be told', () => {
  fc.assert(
    fc.property(fc.string(), fc.dictionary(fc.string(), fc.jsonValue()), (what, facts) => {
      const entry = { ...facts, at, what } as Entry
      expect(plainText(tell(entry, nameOf).phrase)).toBeTypeOf('string')
    }),
  )
})
