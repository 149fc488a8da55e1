import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutTo, textWidth } from './text-width.ts'

test('columns of letters, accents, emoji and wide scripts', () => {
  const widths = { abc: 3, 'e\u0301': 1, 日本: 4, '👍': 2, '👩‍👩‍👧': 2, 한: 2, '…': 1, '': 0 }
  for (const [text, width] of Object.entries(widths)) expect(textWidth(text), text).toBe(width)
})

test('a text that is cut says so and is never too wide', () => {
  expect(cutTo('abcdef', 4)).toBe('abc…')
  expect(cutTo('日本語', 4)).toBe('日…')
  expect(cutTo('abcd', 4)).toBe('abcd')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.integer({ min: 1, max: 30 }), (text, width) => {
      expect(textWidth(cutTo(text, width))).toBeLessThanOrEqual(width)
    }),
  )
})
