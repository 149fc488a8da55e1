import { expect, test } from 'vitest'
import { findPrivate, notePeople } from './log-scan.ts'

const people = new Set<string>()
notePeople(people, {
  data: { firstName: 'Zebulon', phone: '(202) 555-0123', list: [{ email: 'z@example.com' }] },
  leadId: 'lead_1',
})
const words = {
  people,
  env: { LEADSAIL_API_KEY: 'first-secret,other-secret', ADMIN_API_KEYS: 'otto:admin:his-own-key', PORT: '0' },
}

test.each([
  ['a name', { msg: 'call.placed', why: 'Zebulon did not answer' }],
  ['a number as it was sent', { msg: 'x', nested: { phone: '+12025550123' } }],
  ['its digits', { msg: 'x', url: '/leads/12025550123' }],
  ['any number', { msg: 'x', error: 'no route to +44 20 7946 0958' }],
  ['any address', { msg: 'x', error: 'refused bob@example.org' }],
  ['a secret', { msg: 'x', headers: 'Bearer first-secret' }],
  ['another of the same setting', { msg: 'other-secret' }],
  ["somebody's key", { msg: 'x', by: 'his-own-key' }],
])('the scan finds %s', (_, line) => {
  expect(findPrivate([{ msg: 'well' }, line], words)).toHaveLength(1)
})

test.each([
  [
    'ids and times',
    { msg: 'job.settled', journeyId: 'jrn_07_4f9d2c81aa03b7e54f9d', at: '2026-11-20T17:00:00.000Z', runMs: 1234567890 },
  ],
  ['a name within another word', { msg: 'x', host: 'Zebulonia-1' }],
  ['who did it', { msg: 'x', by: 'otto', leadId: 'lead_1' }],
])('the scan lets %s pass', (_, line) => {
  expect(findPrivate([line], words)).toEqual([])
})
