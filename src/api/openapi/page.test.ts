import { expect, test } from 'vitest'
import { operations } from './operations.ts'
import { readApiPage } from './page.ts'
import { curlOf } from './sample.ts'
import { fieldsOf, typeWords } from './schema-words.ts'

test('every call is on the page, with a sample to be typed', () => {
  const calls = readApiPage().sections.flatMap(section => section.calls)
  expect(calls.map(({ method, path }) => `${method} ${path}`)).toEqual(
    operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
  )
  for (const { sample, path } of calls) {
    expect(sample).toMatch(/^curl -s /)
    expect(sample, path).not.toMatch(/[{}]id|\{\w+\}/)
  }
})

test('a sample shows the key, the query and the body', () => {
  const [ask] = operations.filter(({ path, method }) => path === '/api/v1/replays' && method === 'post')
  expect(ask && curlOf(ask)).toBe(
    [
      'curl -s -X POST "$AFTERCALL_URL/api/v1/replays" \\',
      '  -H "Authorization: Bearer $AFTERCALL_API_KEY" \\',
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"filter":{"kind":"pixel"},"dryRun":true}'`,
    ].join('\n'),
  )
  const [list] = operations.filter(({ path }) => path.endsWith('/leads'))
  expect(list && curlOf(list)).toContain('--data-binary @leads.csv')
})

test.each([
  [{ type: 'string' }, 'text'],
  [{ type: 'string', format: 'date-time' }, 'date-time'],
  [{ type: 'string', enum: ['csv', 'ndjson'] }, 'csv, ndjson'],
  [{ type: 'integer', minimum: 1, maximum: 1000 }, 'whole number 1–1000'],
  [{ type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'whole number'],
  [{ type: ['string', 'null'] }, 'text or null'],
  [{ type: 'array', items: { $ref: '#/components/schemas/Journey' } }, 'list of Journey'],
  [{ anyOf: [{ type: 'string' }, { type: 'boolean' }] }, 'text or true or false'],
  [{}, 'anything'],
])('%j is said as %s', (schema, said) => {
  expect(typeWords(schema)).toBe(said)
})

test('objects within objects are told field by field', () => {
  const inner = { type: 'object', properties: { number: { type: 'number' } }, required: ['number'] }
  const schema = { type: 'object', properties: { one: inner, many: { type: 'array', items: inner } } }
  expect(fieldsOf(schema).map(({ name, type, isNeeded }) => [name, type, isNeeded])).toEqual([
    ['one', 'object', false],
    ['one.number', 'number', true],
    ['many', 'list', false],
    ['many[].number', 'number', true],
  ])
})
