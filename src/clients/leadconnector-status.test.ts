import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CallTraces, statusOf, wasSpokenTo } from './leadconnector-status.ts'

const booked = 'APPOINTMENT_BOOKING'
const transferred = 'CALL_TRANSFER'
const bot = { role: 'agent', text: 'Hello?' }
const human = { role: 'user', text: 'Hi.' }

test.each<[status: string, spokenTo: boolean | undefined, traces: Partial<CallTraces>]>([
  // What the message says of a call that reached nobody goes before everything.
  ['busy', false, { callStatus: 'busy', talkMs: 0 }],
  ['no-answer', false, { callStatus: 'no-answer', talkMs: 0 }],
  ['failed', false, { callStatus: 'failed' }],
  ['canceled', false, { callStatus: 'canceled' }],
  ['voicemail', false, { callStatus: 'voicemail', talkMs: 30_000, messages: [human, bot] }],
  ['voicemail', false, { callStatus: 'Voicemail', actions: [booked], messages: [human] }],
  // A word that the reference does not print is for the campaign to map.
  ['blocked', undefined, { callStatus: 'blocked', talkMs: 10 }],
  // Of a call that was connected, what was done says more.
  ['appointment_booked', true, { callStatus: 'completed', actions: [booked], messages: [bot, human] }],
  ['appointment_booked', true, { callStatus: 'answered', actions: [transferred, booked], messages: [human] }],
  ['transferred', true, { callStatus: 'completed', actions: ['SMS', transferred], messages: [human] }],
  ['completed', true, { callStatus: 'completed', actions: ['SMS', 'KNOWLEDGE_BASE'], messages: [bot, human] }],
  ['answered', false, { callStatus: 'answered', messages: [bot] }],
  ['completed', false, { callStatus: 'completed', talkMs: 0 }],
  // Without the message, or before it knows.
  ['appointment_booked', true, { actions: [booked], messages: [human] }],
  ['transferred', undefined, { callStatus: 'pending', actions: [transferred] }],
  ['completed', true, { callStatus: 'pending', talkMs: 5_000, messages: [human] }],
  ['completed', true, { talkMs: 60_000, messages: [bot, human] }],
  ['completed', false, { talkMs: 9_000, messages: [bot] }],
  ['completed', undefined, { talkMs: 9_000 }],
  ['completed', true, { talkMs: 0, messages: [human] }],
  ['no-answer', false, { talkMs: 0 }],
  ['unknown', undefined, {}],
])('%s, spoken to: %s', (status, spokenTo, given) => {
  const traces = { actions: [], messages: [], ...given }
  expect(statusOf(traces)).toBe(status)
  expect(wasSpokenTo(status, traces)).toBe(spokenTo)
})

test('nothing but a booking is told as one, and nothing unanswered as a talk', () => {
  const anyTraces = fc.record({
    callStatus: fc.constantFrom(undefined, 'pending', 'completed', 'busy', 'no-answer', 'voicemail', 'odd'),
    actions: fc.array(fc.constantFrom(booked, transferred, 'SMS', 'CUSTOM_ACTION')),
    talkMs: fc.option(fc.nat(), { nil: undefined }),
    messages: fc.array(fc.constantFrom(bot, human)),
  })
  fc.assert(
    fc.property(anyTraces, traces => {
      const status = statusOf(traces)
      if (status === 'appointment_booked') expect(traces.actions).toContain(booked)
      if (['busy', 'no-answer', 'voicemail', 'odd'].includes(traces.callStatus ?? '')) {
        expect(status).toBe(traces.callStatus)
      }
      if (wasSpokenTo(status, traces)) expect(traces.messages).toContain(human)
    }),
  )
})
