import { expect, test } from 'vitest'
import { leadStatusAfter } from './lead-status.ts'
import { type Outcome, outcomes } from './vocabulary.ts'

const expected: Record<Outcome, [another: string | undefined, none: string | undefined]> = {
  qualified: ['qualified', 'qualified'],
  disqualified: ['disqualified', 'disqualified'],
  answered: ['contacted', 'contacted'],
  incomplete: ['contacted', 'contacted'],
  callback_requested: ['scheduled_callback', 'scheduled_callback'],
  opted_out: ['dnc', 'dnc'],
  voicemail: ['voicemail', 'no_contact'],
  no_answer: ['no_answer', 'no_contact'],
  busy: ['no_answer', 'no_contact'],
  failed: ['no_answer', 'no_contact'],
  timed_out: [undefined, undefined],
  unmapped: [undefined, undefined],
}

test.each(outcomes)('%s is a status of its own while another attempt follows, and when none does', outcome => {
  expect([leadStatusAfter(outcome, false), leadStatusAfter(outcome, true)]).toEqual(expected[outcome])
})
