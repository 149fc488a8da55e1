import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Interaction } from '../clients/ports.ts'
import { callCandidates, leadCandidates } from './candidates.ts'

const trace = { phone: '+442079460958', from: 1_000, to: 2_000 }
const isTaken = (lead: { phone?: string; createdAt?: number }) =>
  leadCandidates([{ leadId: 'lead_1', ...lead }], trace).length === 1

test.each([
  ['+442079460958', true],
  ['+44 20 7946 0958', true],
  ['020 7946 0958', true],
  ['0044 (20) 7946-0958', true],
  ['442079460958', true],
  ['+442079460959', false],
  ['+4420794609580', false],
  ['+12125550123', false],
  // Too little to tell anything: it was found by the number, and is not created again.
  ['…0958', true],
  ['', true],
  [undefined, true],
])('a lead whose number is written %j may be it: %s', (phone, expected) => {
  expect(isTaken({ ...(phone === undefined ? {} : { phone }), createdAt: 1_500 })).toBe(expected)
})

test('only the time of the intent counts, its ends included; a lead that is not dated counts', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 3_000 }), createdAt => {
      expect(isTaken({ phone: trace.phone, createdAt })).toBe(createdAt >= trace.from && createdAt <= trace.to)
    }),
    { examples: [[1_000], [2_000], [999], [2_001]] },
  )
  expect(isTaken({ phone: trace.phone })).toBe(true)
})

const conversation: Interaction = {
  ...{ interactionId: 'c1', type: 'whatsapp', account: 'whatsapp', status: 'active', live: true },
  ...{ messages: [], createdAt: 1_500 },
}

test.each<[string, Partial<Interaction>, boolean]>([
  ['on the channel of the campaign', {}, true],
  ['on another channel', { type: 'email', account: 'email' }, false],
  ['from before the intent', { createdAt: 999 }, false],
  ['from the first moment that counts', { createdAt: 1_000 }, true],
  ['from the last moment that counts', { createdAt: 2_000 }, true],
  ['from after it', { createdAt: 2_001 }, false],
  ['of a campaign of the vendor', { campaignId: '665f' }, true],
  ['that the lead began', { direction: 'inbound' }, false],
])('a conversation %s may be the one that was started: %j %s', (_, more, expected) => {
  const found = callCandidates([{ ...conversation, ...more }], { accounts: ['whatsapp'], from: 1_000, to: 2_000 })
  expect(found).toHaveLength(expected ? 1 : 0)
})

test('a conversation of which neither channel nor time is said counts as fitting; a text or an e-mail is no call', () => {
  const { account: _, createdAt: __, ...bare } = conversation
  const traces = [
    { accounts: ['whatsapp'], from: 1_000, to: 2_000 },
    { campaignId: 'HXZ', from: 1_000, to: 2_000 },
  ]
  const typed = ['call', 'conversation', 'sms', 'email'].map(type => ({ ...bare, type }))
  for (const trace of traces) {
    expect(callCandidates(typed, trace).map(({ type }) => type)).toEqual(['call', 'conversation'])
  }
})
