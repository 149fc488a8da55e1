import fc from 'fast-check'
import { expect, test } from 'vitest'
import { smsWarnings } from './sms-forecast.ts'
import { outsideGsm, segmentsOf } from './sms-segments.ts'
import { renderSmsText } from './sms-text.ts'

const campaign = { id: 'roof', name: 'Roof quotes' }

test.each<[text: string, segments: number, encoding: string]>([
  ['x'.repeat(160), 1, 'GSM-7'],
  ['x'.repeat(161), 2, 'GSM-7'],
  ['x'.repeat(306), 2, 'GSM-7'],
  ['x'.repeat(307), 3, 'GSM-7'],
  ['€'.repeat(80), 1, 'GSM-7'],
  ['€'.repeat(81), 2, 'GSM-7'],
  ['two\r\nlines', 1, 'GSM-7'],
  ['é'.repeat(160), 1, 'GSM-7'],
  ['’'.repeat(70), 1, 'UCS-2'],
  ['’'.repeat(71), 2, 'UCS-2'],
  ['😀'.repeat(35), 1, 'UCS-2'],
  ['😀'.repeat(36), 2, 'UCS-2'],
])('%.10s… takes its segments', (text, segments, encoding) => {
  expect(segmentsOf(text)).toEqual({ segments, encoding })
})

test('the characters that switch a text to UCS-2 are told, each once', () => {
  expect(outsideGsm('don’t, won’t 😀 é € 👨‍👩‍👧 …')).toEqual(['’', '😀', '👨‍👩‍👧', '…'])
})

test.each<[template: string, warnings: string[]]>([
  ["Hi {{ lead.firstName | default: 'there' }}, thanks for talking with us.", []],
  [
    'Don’t miss it',
    ["“’” (U+2019) switches the text to UCS-2, with 70 characters a segment instead of 160: ' would do"],
  ],
  ['Thanks 😀', ['“😀” (U+1F600) switches the text to UCS-2, with 70 characters a segment instead of 160']],
  ['Здравствуйте', []],
  ['x'.repeat(459), []],
  ['x'.repeat(460), ['may take 4 segments (460 characters in GSM-7), each charged as a text']],
  ['{{ call.summary }} {{ lead.fields.wish }} {{ lead.fields["what else"] }}', []],
  [
    '{{ call.summary }} {{ call.summary }} {{ lead.email }}',
    ['may take 5 segments (643 characters in GSM-7), each charged as a text'],
  ],
  [
    '{% unless lead.firstName %}{% for i in (1..100) %}1234567890{% endfor %}{% endunless %}ok',
    ['may take 7 segments (1002 characters in GSM-7), each charged as a text'],
  ],
  [
    '{% for i in (1..6) %}{{ call.summary }}{% endfor %}',
    ['may come to 1800 characters: a text of more than 1600 is not sent'],
  ],
  ['{{ campaign.name }}', []],
])('%.60s', (template, warnings) => {
  expect(smsWarnings(template, campaign)).toEqual(warnings)
})

test('the name of a campaign counts as it is', () => {
  expect(smsWarnings('{{ campaign.name }}', { id: 'roof', name: 'Roof — quotes' })).toEqual([
    '“—” (U+2014) switches the text to UCS-2, with 70 characters a segment instead of 160: - would do',
  ])
})

test('a text without a warning about its length takes no more segments than that, whoever the lead', () => {
  const template = "Hi {{ lead.firstName | default: 'there' }} {{ lead.lastName }}"
  expect(smsWarnings(template, campaign)).toEqual([])
  const name = fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz '), maxLength: 17 })
  fc.assert(
    fc.property(name, name, (firstName, lastName) => {
      const text = renderSmsText(template, { lead: { firstName, lastName }, campaign })
      expect(segmentsOf(text).segments).toBe(1)
    }),
  )
})

test('a template that fails only when it is filled in is told, and takes nothing else with it', () => {
  const hidden = "{{ 'no' | append: 'w' | date: '%Y' }}"
  expect(smsWarnings(hidden, campaign)).toEqual([expect.stringMatching(/^cannot be filled in for every lead.*"now"/)])
  const forSome = `{% if lead.firstName %}${hidden}{% endif %}don’t`
  expect(smsWarnings(forSome, campaign)).toEqual([
    expect.stringMatching(/^cannot be filled in for every lead/),
    expect.stringMatching(/UCS-2/),
  ])
})
