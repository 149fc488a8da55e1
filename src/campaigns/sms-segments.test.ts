import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import { expect, test } from 'vitest'
import { segmentsOf } from './sms-segments.ts'

const plain = fc.string({
  unit: fc.constantFrom(...'abcXYZ0189 !"#%&\'()*+,-./:;<=>?@$_\n'),
  maxLength: 800,
})
const rich = fc.string({
  unit: fc.constantFrom(...'ab 9{}[]~\\^|€äÄñß§`\r\n\t’“–日ж', '👍', '👨‍👩‍👧', 'é'),
  maxLength: 400,
})

test.each([
  ['plain', plain],
  [
    'any',
    fc.oneof(
      rich,
      fc.tuple(plain, rich).map(parts => parts.join('')),
    ),
  ],
])('%s text is counted as the library counts it', (_name, texts) => {
  fc.assert(
    fc.property(texts, text => {
      const message = new SegmentedMessage(text)
      expect(segmentsOf(text)).toEqual({ segments: message.segmentsCount, encoding: message.encodingName })
    }),
    { numRuns: 300 },
  )
})

test.each([
  [0, 1],
  [1, 1],
  [160, 1],
  [161, 2],
  [306, 2],
  [307, 3],
])('%i plain characters are %i segments', (length, segments) => {
  expect(segmentsOf('x'.repeat(length))).toEqual({ segments, encoding: 'GSM-7' })
})
