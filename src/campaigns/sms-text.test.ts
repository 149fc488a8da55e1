import { describe, expect, test } from 'vitest'
import { RejectedError } from '../errors.ts'
import { checkSmsText, renderSmsText } from './sms-text.ts'

const scope = {
  lead: { firstName: 'Ann', phone: '+12125550123', fields: { city: 'Troy', note: '{{ lead.phone }}' } },
  campaign: { id: 'roof', name: 'Roof' },
  call: { outcome: 'answered', talkSeconds: 61 },
}

describe('a template is fit for use', () => {
  test.each([
    'plain',
    "Hi {{ lead.firstName | default: 'there' }}",
    '{{ lead.lastName }} {{ lead.email }} {{ lead.phone }} {{ lead.fields.city }} {{ lead.fields["first choice"] }}',
    '{{ campaign.id }} {{ campaign.name }} {{ call.outcome }} {{ call.summary }} {{ call.talkSeconds | divided_by: 60 }}',
    '{% if lead.fields.city == "Troy" %}{% assign x = lead.firstName %}{{ x }}{% endif %}',
    "Call us 'now', or today. {{ lead.firstName | default: 'now' }}",
    "See you on {{ lead.fields.visit | date: '%d %B' }}, not 'today'",
  ])('%s', template => {
    expect(checkSmsText(template)).toEqual([])
  })
})

describe('a template is refused', () => {
  test.each([
    ['', /empty/],
    ['  \n', /empty/],
    ['{{ lead.', /not closed/],
    ['{% if lead.phone %}', /not closed/],
    ['{{ lead.firstName | shout }}', /undefined filter: shout/],
    ['{{ lead.name }}', /unknown variable "lead.name": use lead.firstName/],
    ['{{ firstName }}', /unknown variable "firstName"/],
    ['{{ lead }}', /unknown variable "lead"/],
    ['{{ lead.fields }}', /unknown variable "lead.fields"/],
    ['{{ lead[campaign.id] }}', /unknown variable/],
    ['{{ "x" | append: lead.zip }}', /unknown variable "lead.zip"/],
    ['{% if call.length > 3 %}{% endif %}', /unknown variable "call.length"/],
    ['{% include "/etc/passwd" %}', /tag "include" not found/],
    ['{% render "a" %}', /tag "render" not found/],
    ['{% layout "a" %}', /tag "layout" not found/],
    ['x'.repeat(5_001), /longer/],
    ["{{ 'now' | date: '%H:%M' }}", /"now" is another time whenever it is read/],
    ['{{ "today" | date: "%d" }}', /"today" is another time whenever it is read/],
    ["{{ 'now' | date_to_xmlschema }}", /"now" is another time/],
    ["{% assign at = 'now' %}{{ at | date: '%Y' }}", /"now" is another time/],
    ["{% if lead.phone %}{{- 'today'\n|date:'%Y' -}}{% endif %}", /"today" is another time/],
    ["{{ lead.fields.on | default: 'today' | date_to_string }}", /"today" is another time/],
  ])('%.40s', (template, reason) => {
    const faults = checkSmsText(template)
    expect(faults).toHaveLength(1)
    expect(faults[0]).toMatch(reason)
  })

  test('with every unknown variable at once', () => {
    expect(checkSmsText('{{ a }} {{ lead.b }} {{ a }}')).toHaveLength(2)
  })
})

describe('a text', () => {
  test.each([
    ["Hi {{ lead.firstName | default: 'there' }}, {{ lead.lastName | default: 'x' }}!", 'Hi Ann, x!'],
    ['{{ lead.fields.city }}{{ lead.fields.nope }} {{ call.talkSeconds }}', 'Troy 61'],
    ['  two lines\n', 'two lines'],
    ['{{ lead.fields.note }}', '{{ lead.phone }}'],
    ['{{ lead.fields.constructor }}ok', 'ok'],
  ])('of %s is %s', (template, text) => {
    expect(renderSmsText(template, scope)).toBe(text)
    expect(renderSmsText(template, scope)).toBe(text)
  })

  test.each([
    ['of nothing', '{{ lead.lastName }} '],
    ['of more than 1600 characters', 'x'.repeat(1_601)],
    ['of a loop without end', '{% for i in (1..100000000) %}x{% endfor %}'],
    ['of a template that is none', '{{ lead.'],
  ])('%s is rejected', (_, template) => {
    const render = () => renderSmsText(template, scope)
    expect(render).toThrow(RejectedError)
    expect(render).toThrow(expect.objectContaining({ code: 'SMS_TEXT' }))
  })

  test.each([
    ['{{ lead.fields.when | date: "%Y" }}', 'now'],
    ['{{ lead.fields.when | date_to_long_string }}', 'today'],
    ["{{ 'no' | append: 'w' | date: '%Y' }}", ''],
    ["{{ 'NOW' | downcase | date_to_rfc822 }}", ''],
  ])('of a time that is another whenever it is read is rejected: %s with %j', (template, when) => {
    const render = () => renderSmsText(template, { ...scope, lead: { fields: { when } } })
    expect(render).toThrow(RejectedError)
    expect(render).toThrow(/is another time whenever it is read/)
  })

  test('of a date that is given comes out the same every time', () => {
    const fields = { when: '2026-12-24T15:00:00Z' }
    expect(renderSmsText('{{ lead.fields.when | date: "%d.%m.%Y %H:%M" }}', { ...scope, lead: { fields } })).toBe(
      '24.12.2026 15:00',
    )
    expect(renderSmsText('{{ lead.fields.when | date_to_string }}', { ...scope, lead: { fields } })).toBe('24 Dec 2026')
  })

  test('of 1600 characters is the longest', () => {
    expect(renderSmsText('x'.repeat(1_600), scope)).toHaveLength(1_600)
  })
})
