import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readEffectKey } from './effect-key.ts'

test.each([
  ['call:jrn_00_abc:2', { kind: 'call', journeyId: 'jrn_00_abc', rule: '2' }],
  ['sms:jrn_00_abc:thanks', { kind: 'sms', journeyId: 'jrn_00_abc', rule: 'thanks' }],
  ['handover:jrn_00_abc', { kind: 'handover', journeyId: 'jrn_00_abc', rule: '' }],
  ['lead:jrn_00_abc', { kind: 'lead', journeyId: 'jrn_00_abc', rule: '' }],
  ['call:jrn_00_abc', undefined],
  ['pixel:leadsail/lead_1:roof/lead-pixel', { kind: 'pixel', leadId: 'lead_1', rule: 'lead-pixel' }],
  ['jrn_00_abc', undefined],
  ['leadsail_0123', undefined],
  ['', undefined],
])('%s is read as %j', (key, parts) => {
  expect(readEffectKey(key)).toEqual(parts)
})

test('whatever a lead is called, its pixel is found by it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, unit: 'binary' }), leadId => {
      const read = readEffectKey(`pixel:leadsail/${leadId}:roof/lead-pixel`)
      expect(read).toEqual({ kind: 'pixel', leadId, rule: 'lead-pixel' })
    }),
    { examples: [['a/b:c/d'], [':'], ['\n'], ['jrn_1:']] },
  )
})
