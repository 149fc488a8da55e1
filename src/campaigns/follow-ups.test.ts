import { expect, test } from 'vitest'
import type { FollowUpCondition } from './campaign.ts'
import { type CallFacts, matchFollowUps } from './follow-ups.ts'
import { compilePattern } from './summary-pattern.ts'

const act = {
  kind: 'pixel',
  via: 'meta',
  pixelId: '1',
  event: 'Lead',
  actionSource: 'phone_call',
  once: 'journey',
  retryForMs: 1,
  onUnknown: 'park',
} as const

function holds(when: FollowUpCondition, facts: Partial<CallFacts>): boolean {
  return (
    matchFollowUps([{ id: 'rule', when, act }], { outcome: 'answered', isLastAttempt: true, ...facts }).length === 1
  )
}

test.each<[string, FollowUpCondition, Partial<CallFacts>, boolean]>([
  ['no condition', {}, {}, true],
  ['outcome listed', { outcome: ['qualified', 'answered'] }, {}, true],
  ['outcome not listed', { outcome: ['qualified'] }, {}, false],
  ['talked long enough', { minTalkMs: 20_000 }, { talkMs: 20_000 }, true],
  ['talked too little', { minTalkMs: 20_000 }, { talkMs: 19_999 }, false],
  ['talk time unknown', { minTalkMs: 0 }, {}, false],
  ['spoken to', { spokenTo: true }, { spokenTo: true }, true],
  ['not spoken to', { spokenTo: true }, { spokenTo: false }, false],
  ['nobody spoken to, wanted so', { spokenTo: false }, { spokenTo: false }, true],
  ['unknown whether spoken to', { spokenTo: false }, {}, false],
  ['summary found, any case', { summary: compilePattern('quote|estimate') }, { summary: 'Wants an ESTIMATE.' }, true],
  ['summary not found', { summary: compilePattern('quote') }, { summary: 'Hung up.' }, false],
  ['summary unknown', { summary: compilePattern('.*') }, {}, false],
  [
    'extracted field equal',
    { extracted: { budget: 'high', rooms: 3, own: true } },
    { extracted: { budget: 'high', rooms: '3', own: true, more: 1 } },
    true,
  ],
  [
    'one extracted field differs',
    { extracted: { budget: 'high', rooms: 3 } },
    { extracted: { budget: 'high', rooms: 4 } },
    false,
  ],
  ['extracted field unknown', { extracted: { budget: 'high' } }, { extracted: {} }, false],
  ['extracted field of every object', { extracted: { constructor: 'x' } }, { extracted: {} }, false],
  ['extracted field no plain value', { extracted: { budget: 'high' } }, { extracted: { budget: ['high'] } }, false],
  ['nothing extracted', { extracted: { budget: 'high' } }, {}, false],
  ['last attempt', { lastAttempt: true }, { isLastAttempt: true }, true],
  ['not the last attempt', { lastAttempt: true }, { isLastAttempt: false }, false],
  ['more attempts wanted and coming', { lastAttempt: false }, { isLastAttempt: false }, true],
  [
    'all but one condition',
    { outcome: ['answered'], minTalkMs: 1, spokenTo: true },
    { talkMs: 5, spokenTo: false },
    false,
  ],
  ['an outcome nobody understood', {}, { outcome: 'unmapped' }, false],
])('%s', (_, when, facts, expected) => {
  expect(holds(when, facts)).toBe(expected)
})

test('rules that match come in the order of the file', () => {
  const rules = ['a', 'b', 'c'].map(id => ({ id, when: id === 'b' ? { outcome: ['busy' as const] } : {}, act }))
  expect(matchFollowUps(rules, { outcome: 'answered', isLastAttempt: false }).map(({ id }) => id)).toEqual(['a', 'c'])
})

test('the same question twice has the same answer', () => {
  const when = { summary: compilePattern('quote') }
  expect([1, 2, 3].map(() => holds(when, { summary: 'a quote' }))).toEqual([true, true, true])
})
