import { expect, test } from 'vitest'
import { compilePattern, faultOfPattern, matchesSummary } from './summary-pattern.ts'

test.each(['quote|estimate', '^call(ed)? back', '(a|b)+', '[(a+)]+', '\\(a+\\)+', '(ab+)?c', '(a{2})+', '\\d{3,}'])(
  '%s is fit for use',
  pattern => {
    expect(faultOfPattern(pattern)).toBeUndefined()
  },
)

test.each([
  ['(', /no regular expression/],
  ['[z-a]', /no regular expression/],
  ['(a+)+', /repeats/],
  ['(a*)*b', /repeats/],
  ['((a+)b?)*', /repeats/],
  ['(?:x{1,})+', /repeats/],
  ['((ab)*)+', /repeats/],
  ['x'.repeat(201), /longer/],
])('%s is not', (pattern, reason) => {
  expect(faultOfPattern(pattern)).toMatch(reason)
})

test('a long summary is matched by its beginning', () => {
  expect(matchesSummary(compilePattern('END'), `${'x'.repeat(3_990)} end`)).toBe(true)
  expect(matchesSummary(compilePattern('END'), `${'x'.repeat(5_000)} end`)).toBe(false)
})
