import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExtractedData } from './leadconnector-extracted.ts'

const meaningful = '{"__proto__": "x", "constructor": "y"}'

test.each<[string, unknown, Record<string, string> | undefined]>([
  ['plain fields', { budget: ' high ', rooms: 3, owner: true }, { budget: 'high', rooms: '3', owner: 'true' }],
  ['groups', { home: { roof: { age: 20 } } }, { 'home.roof.age': '20' }],
  ['lists', { services: ['roof', 2, null, {}], none: [] }, { services: 'roof, 2' }],
  ['what says nothing', { a: '', b: null, c: {}, d: [[]] }, undefined],
  ['no data', undefined, undefined],
  ['no object', 'high', undefined],
  ['names that mean something here', JSON.parse(meaningful), JSON.parse(meaningful)],
])('%s', (_, given, fields) => {
  expect(ExtractedData.parse(given)).toEqual(fields)
})

test('is bounded, whatever comes', () => {
  expect(
    Object.keys(ExtractedData.parse(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`f${n}`, n]))) ?? {}),
  ).toHaveLength(100)
  expect(ExtractedData.parse({ a: 'x'.repeat(5_000) })?.['a']).toHaveLength(1_000)
  fc.assert(
    fc.property(fc.anything(), given => {
      for (const [name, text] of Object.entries(ExtractedData.parse(given) ?? {})) {
        expect(name.length).toBeLessThanOrEqual(100)
        expect(typeof text).toBe('string')
      }
    }),
  )
})
