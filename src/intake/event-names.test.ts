import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Identity } from '../ledger/identity.ts'
import type { Meaning } from '../sources/meaning.ts'
import { namesOfEvent } from './event-names.ts'

const identity = {
  lead: (id: string) => `<${id}>`,
  person: (phone: string) => ({ id: phone, shard: '00' }),
} as unknown as Identity
const parts = { identity, defaultCountry: 'US' }
const nothing: Meaning = { kind: 'nothing', reason: '' }
const names = (meaning: Meaning, body: unknown) => namesOfEvent(parts, meaning, Buffer.from(JSON.stringify(body)))

describe('whom an event is listed under', () => {
  it.each<[string, Meaning, unknown, string[]]>([
    [
      'a lead and its number',
      { kind: 'opted_out', leadId: 'lead_1', phone: '(202) 555-0123', channels: ['sms'] },
      {},
      ['l:<lead_1>', 'n:+12025550123'],
    ],
    [
      'a number that stands anywhere by itself',
      nothing,
      { call: { customer: { number: '+12025550123' } } },
      ['n:+12025550123'],
    ],
    ['a lead that the source makes nothing of', nothing, { data: [{ contactId: 'c_1', contact: 'x' }] }, ['l:<c_1>']],
    ['nobody', nothing, { text: 'call 202 555 0123', at: 1_700_000_000_000, id: '123' }, []],
  ])('%s', (_, meaning, body, listed) => {
    expect(names(meaning, body)).toEqual(listed)
  })

  it('reads forms as well', () => {
    const raw = Buffer.from('CallSid=CA1&To=%2B12025550123')
    expect(namesOfEvent(parts, nothing, raw)).toEqual(['n:+12025550123'])
  })

  it('takes whatever comes, and lists a bounded part of it', () => {
    fc.assert(
      fc.property(fc.json(), text => {
        expect(namesOfEvent(parts, nothing, Buffer.from(text)).length).toBeLessThanOrEqual(20)
      }),
    )
    const many = Array.from({ length: 10_000 }, (_, at) => `+1202555${String(at).padStart(4, '0')}`)
    expect(names(nothing, many).length).toBeLessThanOrEqual(20)
  })
})
