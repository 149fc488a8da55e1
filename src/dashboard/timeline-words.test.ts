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
  'lead:j': 'Creation of the lead',
  'handover:j': 'Hand-over',
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
  ['lead.erased', {}, 'The lead was erased: what is left names nobody.'],
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
    'Text “thanks” was skipped: the number is suppressed.',
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
  ['lead.replied', { heardAt: due }, 'The lead wrote a text 2026-12-01T12:00:00.000Z.'],
  ['lead.called', { heardAt: due }, 'The lead called 2026-12-01T12:00:00.000Z.'],
  [
    'lead.done',
    { effect: 'lead:j', leadId: 'lead_1' },
    'Creation of the lead was done: the vendor knows the lead now.',
  ],
  ['lead.refused', { effect: 'lead:j', error: 'bad email' }, 'The vendor refused creation of the lead (bad email).'],
  [
    'lead.skipped',
    { effect: 'lead:j', why: 'the vendor knows the lead by now', leadId: 'lead_1' },
    'Creation of the lead was skipped: the vendor knows the lead by now.',
  ],
  ['handover.intended', { effect: 'handover:j', try: 1 }, 'Hand-over was written down and then requested.'],
  [
    'handover.done',
    { effect: 'handover:j', nextCallAt: new Date(due).toISOString() },
    "The vendor's dialer took the lead and means to call at 2026-12-01T12:00:00.000Z.",
  ],
  ['handover.done', { effect: 'handover:j' }, "The vendor's dialer took the lead."],
  [
    'handover.assumed',
    { effect: 'handover:j', why: 'its answer was lost' },
    "Nobody can tell whether the vendor's dialer has the lead. It is not handed over again; its calls are looked for as though it had been.",
  ],
  [
    'handover.not_taken_back',
    { effect: 'handover:j' },
    "The vendor's dialer may have the lead and still call: there is no way to take a lead back from it. What it does from here on is not followed.",
  ],
  [
    'handover.found_done',
    { effect: 'handover:j', how: "the vendor's dialer has called", adopted: true },
    "Hand-over counts as done: the vendor's dialer has called.",
  ],
  [
    'walk.ended',
    { attempt: 2 },
    'No call came after call 2 until the time of the campaign was over, so that was the last one.',
  ],
  [
    'effect.replayed',
    { effect: 'pixel:j:lead', by: 'otto', replay: 'rpl_1' },
    'otto had pixel “lead” tried anew, in a replay of failures.',
  ],
  [
    'effect.not_replayed',
    { effect: 'sms:j:thanks', by: 'otto', replay: 'rpl_1', why: 'suppressed' },
    'A replay of failures left text “thanks” alone: the number must not be texted.',
  ],
  [
    'effect.replay_taken_back',
    { effect: 'pixel:j:lead', replay: 'rpl_1' },
    'The replay was cancelled before pixel “lead” was tried: it stands as it was.',
  ],
  [
    'effect.rule_gone',
    { effect: 'pixel:j:lead' },
    "Pixel “lead” was not sent: the campaign's file has lost its rule. Once the rule is back it can be replayed.",
  ],
  ['effect.step_restored', { effect: 'pixel:j:lead' }, 'Pixel “lead” was planned and had no turn. It has one now.'],
  ['number.suppressed', { channels: ['voice', 'sms'] }, 'The number opted out: no more calls and texts.'],
  [
    'window',
    { step: 'dial', ref: '1', until: due },
    'Outside of the calling window: it waits until 2026-12-01T12:00:00.000Z.',
  ],
  [
    'window_changed',
    { step: 'dial', ref: '1', until: due },
    'The campaign has new calling hours: it waits until 2026-12-01T12:00:00.000Z.',
  ],
  ['quiet_hours', { step: 'text', ref: 'thanks', until: due }, 'Quiet hours: it waits until 2026-12-01T12:00:00.000Z.'],
  ['extracted.read', { attempt: 1, fields: 0 }, 'What the vendor found out in call 1 was read: nothing.'],
  ['extracted.read', { attempt: 2, fields: 3 }, 'What the vendor found out in call 2 was read: 3 fields.'],
  ['end.told', { try: 1 }, 'The end was told to your own system.'],
  ['end.told', { try: 4 }, 'The end was told to your own system, at try 4.'],
  ['end.not_told', { try: 1, code: 'HTTP_500' }, 'The end could not be told to your own system. It is tried again.'],
  [
    'end.telling_given_up',
    { try: 80, code: 'HTTP_500' },
    'The end could not be told to your own system, and was given up after 80 tries.',
  ],
  [
    'write_back.skipped',
    { target: 'submission', why: 'no submission of this lead is known' },
    "What came of it is not written to the vendor's record of the submission: no submission of this lead is known.",
  ],
  [
    'write_back.done',
    { target: 'lead', status: 'no_contact', try: 1 },
    "The vendor's record of the lead says “no contact” now.",
  ],
  [
    'write_back.done',
    { target: 'lead', status: 'dnc', try: 3 },
    "The vendor's record of the lead says “dnc” now, at try 3.",
  ],
  [
    'write_back.put_off',
    { target: 'lead', status: 'dnc', try: 1, code: 'HTTP_503' },
    "The vendor's record of the lead could not be written. It is tried again.",
  ],
  [
    'write_back.refused',
    { target: 'submission', status: 'qualified', try: 1, code: 'NOT_FOUND' },
    'The vendor refused to have its record of the submission say “qualified”.',
  ],
  [
    'write_back.given_up',
    { target: 'lead', status: 'qualified', try: 80 },
    "The vendor's record of the lead could not be written, and was given up after 80 tries.",
  ],
  ['end.telling_again', {}, 'The end is told to your own system once more.'],
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
