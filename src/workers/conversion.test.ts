import { expect, test } from 'vitest'
import type { PixelAct } from '../campaigns/campaign.ts'
import type { VendorLead } from '../clients/ports.ts'
import { conversionOf, eventIdOf, isRecognisable, personOf } from './conversion.ts'

const act: PixelAct = {
  ...{ kind: 'pixel', via: 'meta', pixelId: '1', event: 'Lead', actionSource: 'phone_call', once: 'journey' },
  ...{ retryForMs: 1, onUnknown: 'park' },
}
const record: VendorLead = {
  ...{ leadId: 'lead_1', phone: '+16505551212', email: 'record@example.com', firstName: 'Rita', lastName: 'Record' },
  attribution: { fbc: 'fb.1.1.x', ttclid: 'tt' },
}

test('an event id is the same on every try, differs by effect and tells nothing of it', () => {
  const [one, other] = ['pixel:jrn_1:a', 'pixel:jrn_1:b'].map(key => eventIdOf({ key }))
  expect(one).toBe(eventIdOf({ key: 'pixel:jrn_1:a' }))
  expect(one).toMatch(/^[\da-f]{32}$/)
  expect(other).not.toBe(one)
})

test('what came with the lead goes before the record, and the record fills in what is missing', () => {
  const own = { phone: '+12025550123', firstName: 'Ann' }
  expect(personOf({ leadId: 'lead_1', private: own }, record)).toEqual({
    ...{ phone: '+12025550123', email: 'record@example.com', firstName: 'Ann', lastName: 'Record' },
    ...{ externalId: 'lead_1', attribution: record.attribution },
  })
  expect(personOf({ leadId: '', private: own }, undefined)).toEqual(own)
})

test.each<[string, Parameters<typeof isRecognisable>[0], PixelAct['via'], boolean]>([
  ['a phone number', { phone: '+12025550123' }, 'meta', true],
  ['an e-mail', { email: 'ann@example.com' }, 'tiktok', true],
  ['a click of Meta', { attribution: { fbclid: 'x' } }, 'meta', true],
  ['the cookie made of it', { attribution: { fbc: 'fb.1.1.x' } }, 'meta', true],
  ['a click of TikTok', { attribution: { ttclid: 'x' } }, 'tiktok', true],
  ["the other platform's click", { attribution: { ttclid: 'x' } }, 'meta', false],
  ["the other platform's click", { attribution: { fbclid: 'x' } }, 'tiktok', false],
  ['an id of ours and an address', { externalId: 'lead_1', attribution: { ipAddress: '203.0.113.7' } }, 'meta', false],
  ['blanks', { email: ' ', phone: '' }, 'meta', false],
])('%s is enough or not to tell a person by', (_, person, via, isEnough) => {
  expect(isRecognisable(person, via)).toBe(isEnough)
})

test('a conversion took place when it was planned, whenever it is sent', () => {
  const person = { phone: '+12025550123' }
  expect(conversionOf({ ...act, value: 5, currency: 'USD' }, { key: 'k', plannedAt: 1_700 }, person)).toEqual({
    ...{ event: 'Lead', eventId: eventIdOf({ key: 'k' }), at: 1_700, actionSource: 'phone_call' },
    ...{ value: 5, currency: 'USD', person },
  })
  expect(conversionOf(act, { key: 'k', plannedAt: 0 }, person)).not.toHaveProperty('value')
})
