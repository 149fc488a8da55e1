import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readBody } from './event-body.ts'
import { maskedField, maskedText, maskedValue } from './masked-body.ts'

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

test('a lead as a vendor sends it keeps its ids, states and instants, and nothing that tells who it is', () => {
  const body = {
    event: 'lead.processed',
    leadId: 'lead_1',
    submissionId: 'sub_1',
    status: 'qualified',
    timestamp: '2026-11-20T10:00:00Z',
    test: false,
    data: {
      firstName: 'Ann',
      last_name: 'Lee',
      email: 'ann.lee@example.com',
      phone: '+12025550123',
      answers: [{ question: 'How old is your roof?', answer: 'Twelve years' }],
      zip: 20500,
      age: 42,
      spouse: null,
    },
  }
  expect(maskedValue(body)).toEqual({
    event: 'lead.processed',
    leadId: 'lead_1',
    submissionId: 'sub_1',
    status: 'qualified',
    timestamp: '2026-11-20T10:00:00Z',
    test: false,
    data: {
      firstName: 'A••',
      last_name: 'L••',
      email: 'a••@example.com',
      phone: '+1•••••0123',
      answers: [{ question: 'H••', answer: 'T••' }],
      zip: '•••••',
      age: 42,
      spouse: null,
    },
  })
})

test.each([
  ['callStatus', 'completed', 'completed'],
  ['MessageSid', 'SM0123abc', 'SM0123abc'],
  ['timezone', 'America/New_York', 'America/New_York'],
  ['type', 'Ann Lee called', 'A••'],
  ['id', 'ann@example.com', 'a••@example.com'],
  ['WaId', '12025550123', '•••••'],
  ['from', '+12025550123', '+1•••••0123'],
  ['birthDate', '1990-04-01', '•••••'],
  ['dateOfBirth', '1990-04-01T00:00:00Z', '1••'],
  ['summary', 'Ann wants a quote.', 'A••'],
  ['name', '', ''],
])('%s: %j is shown as %j', (field, text, shown) => {
  expect(maskedText(text, field)).toBe(shown)
})

test.each([
  ['firstName', 'firstName'],
  ['+12025550123', '•••••'],
  ['ann@example.com', '•••••'],
])('the field %s is called %s', (name, shown) => {
  expect(maskedField(name)).toBe(shown)
})

test('whatever a body looks like, no name, number or address in a field that is not known gets through', () => {
  const secret = fc.oneof(
    fc.emailAddress(),
    fc.integer({ min: 2_000_000, max: 9_999_999 }).map(line => `+1202${line}`),
    fc.string({ minLength: 4, maxLength: 40 }).map(word => `Secret ${word}`),
  )
  const field = fc.constantFrom('name', 'phone', 'email', 'text', 'notes', 'Answer 1', 'contact')
  const { tree } = fc.letrec(tie => ({
    tree: fc.oneof(
      { maxDepth: 5 },
      secret,
      fc.array(tie('tree'), { maxLength: 4 }),
      fc.dictionary(field, tie('tree'), { maxKeys: 4 }),
    ),
  }))
  fc.assert(
    fc.property(tree, body => {
      const { text = '' } = readBody(json(body), 'application/json', 'masked')
      const secrets: string[] = []
      JSON.stringify(body, (_name, value) => {
        if (typeof value === 'string') secrets.push(value)
        return value
      })
      for (const known of secrets) expect(text).not.toContain(JSON.stringify(known).slice(1, -1))
    }),
  )
})

test('a form is told field by field, masked like any other body', () => {
  const form = Buffer.from('MessageSid=SM1&From=%2B12025550123&Body=Stop+it%2C+Ann&SmsStatus=received')
  const type = 'application/x-www-form-urlencoded; charset=utf-8'
  expect(readBody(form, type, 'full').text).toBe(
    'MessageSid: SM1\nFrom: +12025550123\nBody: Stop it, Ann\nSmsStatus: received',
  )
  expect(readBody(form, type, 'masked').text).toBe('MessageSid: SM1\nFrom: +1•••••0123\nBody: S••\nSmsStatus: received')
})

test('of what is neither JSON nor a form a viewer sees nothing, an operator all', () => {
  const raw = Buffer.from('{"name": "Ann"')
  expect(readBody(raw, 'application/json', 'masked')).toMatchObject({ text: undefined, isMasked: true, bytes: 14 })
  expect(readBody(raw, 'application/json', 'full')).toMatchObject({ text: '{"name": "Ann"', isMasked: false })
})

test('a long body is cut for the page, and one that is nested without end breaks nothing', () => {
  const long = readBody(json({ notes: 'x'.repeat(100_000) }), 'application/json', 'full')
  expect(long).toMatchObject({ isCut: true, bytes: 100_012 })
  expect(long.text).toHaveLength(65_536)
  const deep = Buffer.from(`${'['.repeat(200_000)}"Ann"${']'.repeat(200_000)}`)
  expect(readBody(deep, 'application/json', 'masked').text ?? '').not.toContain('Ann')
  expect(readBody(deep, 'application/json', 'full').bytes).toBe(400_005)
})
