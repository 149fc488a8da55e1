import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length })
const named = (length: number) => hex(length).filter(text => /[^0]/.test(text))

test('what was written is read again', () => {
  fc.assert(
    fc.property(named(32), named(16), fc.constantFrom(0, 1), (traceId, spanId, traceFlags) => {
      const context = { traceId, spanId, traceFlags }
      expect(parseTraceparent(formatTraceparent(context))).toEqual({ ...context, isRemote: true })
    }),
  )
})

test.each([
  ['nothing', ''],
  ['another version', `01-${'a'.repeat(32)}-${'b'.repeat(16)}-01`],
  ['no trace', `00-${'0'.repeat(32)}-${'b'.repeat(16)}-01`],
  ['no span', `00-${'a'.repeat(32)}-${'0'.repeat(16)}-01`],
  ['capitals', `00-${'A'.repeat(32)}-${'b'.repeat(16)}-01`],
  ['more behind it', `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01-x`],
])('%s is no traceparent', (_what, text) => {
  expect(parseTraceparent(text)).toBeUndefined()
})

test('no other text is taken for one', () => {
  fc.assert(
    fc.property(fc.string(), text => {
      expect(parseTraceparent(text)).toBeUndefined()
    }),
  )
})
