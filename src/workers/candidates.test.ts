import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leadCandidates } from './candidates.ts'

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
