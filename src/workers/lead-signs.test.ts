import { expect, test } from 'vitest'
import type { Interaction } from '../clients/ports.ts'
import { callsOfLead, callsToLead, textsOfLead } from './lead-signs.ts'

const interaction = (fields: Partial<Interaction>): Interaction => ({
  interactionId: 'int_1',
  type: 'sms',
  status: 'incomplete',
  live: true,
  messages: [],
  ...fields,
})

test('a lead’s own texts are told from ours, from a colleague’s and from what was said on the phone', () => {
  const messages = [
    { role: 'agent', text: 'Reply STOP to end', source: 'api', at: 1 },
    { role: 'user', text: 'from the lead', source: 'inbound', at: 2 },
    { role: 'user', text: 'a colleague in its name', source: 'manual', at: 3 },
    { role: 'agent', text: 'an agent', source: 'sms_agent', at: 4 },
    { role: 'user', text: 'no source', at: 5 },
    { role: 'agent', text: 'no source either', at: 6 },
  ]
  const listed = [
    interaction({ messages, phone: '+12025550123' }),
    interaction({ interactionId: 'int_2', type: 'call', messages: [{ role: 'user', text: 'stop calling', at: 7 }] }),
    interaction({ interactionId: 'int_3', type: 'email', messages: [{ role: 'user', text: 'unsubscribe', at: 8 }] }),
    interaction({ interactionId: 'int_4', type: 'whatsapp', messages: [{ role: 'user', text: 'hello', at: 9 }] }),
  ]
  expect(textsOfLead(listed, 0).map(({ interactionId, text, at }) => [interactionId, text, at])).toEqual([
    ['int_1', 'from the lead', 2],
    ['int_1', 'no source', 5],
    ['int_4', 'hello', 9],
  ])
})

test('a text without a time is a moment newer than the one before it, else as new as the thread', () => {
  const messages = [
    { role: 'user', text: 'first', source: 'inbound' },
    { role: 'agent', text: 'ours', source: 'api', at: 500 },
    { role: 'user', text: 'second', source: 'inbound' },
  ]
  const at = (fields: Partial<Interaction>) =>
    textsOfLead([interaction({ messages, ...fields })], 7).map(text => text.at)
  expect(at({ createdAt: 100, updatedAt: 900 })).toEqual([900, 501])
  expect(at({ createdAt: 100 })).toEqual([100, 501])
  expect(at({})).toEqual([7, 501])
})

test.each([
  ['user', 'sms', ['STOP']],
  ['user', 'Inbound', ['STOP']],
  ['agent', 'INBOUND', ['STOP']],
  ['user', 'Manual', []],
  ['agent', 'sms', []],
])('role %s with source %s', (role, source, heard) => {
  const listed = [interaction({ messages: [{ role, source, text: 'STOP', at: 1 }] })]
  expect(textsOfLead(listed, 0).map(({ text }) => text)).toEqual(heard)
})

test('texts without times are told in their order, and a START is no newer than what follows it', () => {
  const thread = (...texts: (string | [text: string, at: number])[]) => {
    const messages = texts.map(entry => {
      const [text, at] = typeof entry === 'string' ? [entry] : entry
      return { role: 'user', text, ...(at === undefined ? {} : { at }) }
    })
    return textsOfLead([interaction({ messages, updatedAt: 900 })], 7).map(({ at }) => at)
  }
  expect(thread('STOP', 'START', 'STOP')).toEqual([900, 901, 902])
  expect(thread(['Hello', 500], 'START', 'STOP')).toEqual([500, 501, 502])
  expect(thread('START', ['STOP', 500])).toEqual([500, 500])
  expect(thread('STOP', ['START', 500])).toEqual([900, 500])
  expect(thread(['Hello', 500], 'START', ['STOP', 500])).toEqual([500, 500, 500])
})

test('calls by the lead are told from calls to it', () => {
  const calls = [
    interaction({ interactionId: 'in', type: 'call', direction: 'inbound', createdAt: 10 }),
    interaction({ interactionId: 'out', type: 'call', direction: 'outbound', createdAt: 20 }),
    interaction({ interactionId: 'unsaid', type: 'call', createdAt: 30 }),
    interaction({ interactionId: 'old', type: 'call', direction: 'outbound', createdAt: 5 }),
    interaction({ interactionId: 'undated', type: 'call', direction: 'inbound' }),
    interaction({ interactionId: 'text', createdAt: 40 }),
  ]
  expect(callsOfLead(calls)).toEqual([10])
  expect(callsToLead(calls, 10).map(({ interactionId }) => interactionId)).toEqual(['out', 'unsaid'])
})
