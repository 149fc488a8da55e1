import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isWrittenBy, mentions } from './mentions.ts'

const known = { phones: ['+12025550123'], emails: ['Zeb@example.com'], names: ['Zebulon'] }

it.each([
  ['its id', '{"contact":"5f0c-lead-one"}', '5f0c-lead-one', true],
  ['an id that only begins like it', '{"contact":"5f0c-lead-one-more"}', '5f0c-lead-one', false],
  ['an id with marks of its own', '{"x":"a.b*c(d)"}', 'a.b*c(d)', true],
  ['a number in E.164', '{"to":"+12025550123"}', 'x', true],
  ['a number as people write it', 'call (202) 555-0123 back', 'x', true],
  ['a number in a form', 'From=%2B12025550123&Body=', 'x', true],
  ['another number', '{"to":"+12025550124"}', 'x', false],
  ['an address, in other letters', 'mail=ZEB%40EXAMPLE.com', 'x', true],
  ['a name, which many people have', '{"firstName":"Zebulon"}', 'x', false],
])('a body is about the lead by %s', (_, body, leadId, isAbout) => {
  expect(mentions(Buffer.from(body), leadId, known)).toBe(isAbout)
})

it('takes whatever comes, in time', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.string(), (raw, leadId) => {
      expect(typeof mentions(Buffer.from(raw), leadId, known)).toBe('boolean')
    }),
  )
  const startedAt = performance.now()
  for (const body of ['1 '.repeat(500_000), '%'.repeat(1_000_000), '(1) '.repeat(250_000)]) {
    mentions(Buffer.from(body), 'lead', known)
  }
  expect(performance.now() - startedAt).toBeLessThan(2_000)
})

it.each([
  ['zebulon', true],
  [' Zeb@example.com', true],
  ['202-555-0123 x', true],
  ['lead_7', true],
  ['Zebulon Street 5', false],
  ['', false],
])('%j in a report is the lead’s own: %s', (value, isOwn) => {
  expect(isWrittenBy(value, 'lead_7', known)).toBe(isOwn)
})
