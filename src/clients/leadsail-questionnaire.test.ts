import { expect, test } from 'vitest'
import { Questionnaire } from './leadsail-questionnaire.ts'

test.each<[string, unknown, Record<string, string>]>([
  [
    'plain values',
    { budget: ' high ', rooms: 3, own: true, no: false },
    { budget: 'high', rooms: '3', own: 'true', no: 'false' },
  ],
  [
    'answers under their key',
    { budget: { answer: 'high', at: 1 }, rooms: { value: 3 } },
    { budget: 'high', rooms: '3' },
  ],
  [
    'a list',
    [
      { key: 'budget', answer: 'high' },
      { question: 'How many rooms?', value: 3 },
    ],
    { budget: 'high', 'How many rooms?': '3' },
  ],
  [
    'a list of what is known',
    { knownInformation: [{ field: 'budget', value: 'high' }], informationToCollect: [{ field: 'rooms' }] },
    { budget: 'high' },
  ],
  ['nothing said', { budget: null, rooms: '', own: [], other: {} }, {}],
  ['nothing at all', undefined, {}],
  ['no group', 'high', {}],
  ['a list of anything', [null, 1, 'x', { key: 'a' }, { answer: 'b' }], {}],
])('%s', (_, given, expected) => {
  expect(Questionnaire.parse(given)).toEqual(expected)
})

test('a name that means something to the language is a field like any other', () => {
  const given = JSON.parse('{"__proto__": "x", "constructor": "y"}')
  expect(Object.entries(Questionnaire.parse(given))).toEqual([
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ])
})

test('what is kept of a lead is bounded', () => {
  const given = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [`f${index}`.padEnd(300, '-'), 'x'.repeat(5_000)]),
  )
  const fields = Object.entries(Questionnaire.parse(given))
  expect(fields).toHaveLength(200)
  expect(Math.max(...fields.map(([name]) => name.length))).toBe(200)
  expect(Math.max(...fields.map(([, value]) => value.length))).toBe(1_000)
})
