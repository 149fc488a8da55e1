import { expect, test } from 'vitest'
import { classify } from './outcome.ts'

test.each([
  ['completed', 'answered'],
  ['follow_up', 'answered'],
  ['qualified', 'qualified'],
  ['disqualified', 'disqualified'],
  ['incomplete', 'incomplete'],
  ['voicemail', 'voicemail'],
  ['no_answer', 'no_answer'],
  ['no_contact', 'no_answer'],
  ['busy', 'busy'],
  ['scheduled_callback', 'callback_requested'],
  ['dnc', 'opted_out'],
])('LeadSail %s is %s', (status, outcome) => {
  expect(classify('leadsail', status, {})).toBe(outcome)
})

test.each([
  ['qualified', 'qualified'],
  ['disqualified', 'disqualified'],
  ['completed', 'answered'],
  ['handed_off', 'callback_requested'],
  ['dropped', 'incomplete'],
  ['', 'unmapped'],
  ['voicemail', 'unmapped'],
])('NaturaLead %s is %s', (status, outcome) => {
  expect(classify('naturalead', status, {})).toBe(outcome)
})

test.each([
  ['completed', 'answered'],
  ['answered', 'answered'],
  ['busy', 'busy'],
  ['no-answer', 'no_answer'],
  ['voicemail', 'voicemail'],
  ['failed', 'failed'],
  ['canceled', 'failed'],
  ['appointment_booked', 'qualified'],
  ['transferred', 'answered'],
  ['pending', 'unmapped'],
  ['unknown', 'unmapped'],
])('LeadConnector %s is %s', (status, outcome) => {
  expect(classify('leadconnector', status, {})).toBe(outcome)
})

test.each(['', 'failed', 'constructor', '__proto__', 'toString', 'hasOwnProperty'])('"%s" is unmapped', status => {
  expect(classify('leadsail', status, {})).toBe('unmapped')
})

test('the campaign extends the map and overrides it', () => {
  const extra = { weird_status: 'answered', completed: 'qualified', dnc: 'unmapped' } as const
  expect(classify('leadsail', 'weird_status', extra)).toBe('answered')
  expect(classify('leadsail', 'completed', extra)).toBe('qualified')
  expect(classify('leadsail', 'dnc', extra)).toBe('unmapped')
  expect(classify('naturalead', 'weird_status', extra)).toBe('answered')
  expect(classify('leadconnector', 'weird', extra)).toBe('unmapped')
})

test('however a vendor writes a status, it is the same status', () => {
  expect(classify('leadsail', 'Completed', {})).toBe('answered')
  expect(classify('leadsail', 'NO_ANSWER', {})).toBe('no_answer')
})
