import fc from 'fast-check'
import { expect, test } from 'vitest'
import { plainJson, plainText } from './plain-text.ts'

const text = fc.string({ unit: 'binary', maxLength: 100 })

test('a terminal finds nothing to obey', () => {
  expect(plainText('a\x1b]0;title\x07b\r\nc')).toBe('a\ufffd]0;title\ufffdb c')
  fc.assert(
    fc.property(text, given => {
      expect(plainText(given)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})

test('JSON keeps its value', () => {
  fc.assert(
    fc.property(text, given => {
      const json = plainJson(JSON.stringify({ given }))
      expect(JSON.parse(json)).toEqual({ given })
      expect(json).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    }),
  )
})
