import { expect, test } from 'vitest'
import type { FollowUpCondition } from './campaign.ts'
import { type CallFacts, judgeFollowUps, type UnknownFact } from './follow-ups.ts'
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

function judge(when: FollowUpCondition, facts: Partial<CallFacts>): boolean | UnknownFact[] {
  const call = { outcome: 'answered' as const, isLastAttempt: true, ...facts }
  const { matched, undecided } = judgeFollowUps([{ id: 'rule', when, act }], call)
  return undecided[0]?.missing ?? matched.length === 1
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
  ['extracted, whatever case and blanks', { extracted: { budget: ' High' } }, { extracted: { budget: 'hIGH ' } }, true],
  ['extracted yes and no as text', { extracted: { own: true } }, { extracted: { own: 'TRUE' } }, true],
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
  expect(judge(when, facts)).toBe(expected)
})

const summary = compilePattern('quote')
test.each<[string, FollowUpCondition, Partial<CallFacts>, boolean | UnknownFact[]]>([
  ['nothing that is not known matters', {}, { unknown: ['summary', 'extracted', 'isLastAttempt'] }, true],
  ['what is not known could hold', { extracted: { budget: 'high' } }, { unknown: ['extracted'] }, ['extracted']],
  ['it could, whatever else is absent', { summary }, { unknown: ['summary'] }, ['summary']],
  [
    'all that would have to be known',
    { summary, extracted: { budget: 'high' }, lastAttempt: true },
    { unknown: ['extracted', 'isLastAttempt', 'summary'] },
    ['isLastAttempt', 'summary', 'extracted'],
  ],
  [
    'one condition fails, known or not the others',
    { summary, extracted: { budget: 'high' } },
    { unknown: ['extracted'], summary: 'Hung up.' },
    false,
  ],
  [
    'the outcome fails, known or not the others',
    { outcome: ['busy'], extracted: { budget: 'high' } },
    { unknown: ['extracted'] },
    false,
  ],
  ['an outcome nobody understood', { summary }, { outcome: 'unmapped', unknown: ['summary'] }, false],
])('%s', (_, when, facts, expected) => {
  expect(judge(when, facts)).toEqual(expected)
})

test('rules that match come in the order of the file', () => {
  const rules = ['a', 'b', 'c'].map(id => ({ id, when: id === 'b' ? { outcome: ['busy' as const] } : {}, act }))
  const { matched, undecided } = judgeFollowUps(rules, { outcome: 'answered', isLastAttempt: false })
  expect(matched.map(({ id }) => id)).toEqual(['a', 'c'])
  expect(undecided).toEqual([])
})

test('the same question twice has the same answer', () => {
  const when = { summary: compilePattern('quote') }
  expect([1, 2, 3].map(() => judge(when, { summary: 'a quote' }))).toEqual([true, true, true])
})
