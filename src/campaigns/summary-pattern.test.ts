import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { followPattern } from './follow-pattern.ts'
import { PatternFault } from './pattern-graph.ts'
import { compilePattern, faultOfPattern, MAX_SUMMARY, matchesSummary } from './summary-pattern.ts'

test.each([
  'quote|estimate',
  '^call(ed)? back',
  '(a|b)+',
  '[(a+)]+',
  '\\(a+\\)+',
  '(ab+)?c',
  '(a{2})+',
  '\\d{3,}',
  '(a+)+',
  '(a|a)*$',
  '(?:x{1,})+',
  '((ab)*)+',
  '^(?!.*not interested).*quote',
  '(?<=roof )quote',
  '(?<what>quote)',
  '.{0,200}',
])('%s is fit for use', pattern => {
  expect(faultOfPattern(pattern)).toBeUndefined()
})

test.each([
  ['(', /no regular expression/],
  ['[z-a]', /no regular expression/],
  ['a{5,2}', /no regular expression/],
  ['(quote)\\1', /^refers back .*write what is meant/],
  ['(?<what>quote)\\k<what>', /^refers back/],
  ['(?i:quote)', /^switches its own flags.*leave/],
  ['(a{50}){50}', /^repeats too much: write smaller numbers/],
  ['((((a{0}){999}){999}){999}){999}b{2000}', /^repeats too much/],
  ['x'.repeat(201), /longer/],
])('%s is not', (pattern, reason) => {
  expect(faultOfPattern(pattern)).toMatch(reason)
})

test('a long summary is matched by its beginning', () => {
  expect(matchesSummary(compilePattern('END'), `${'x'.repeat(MAX_SUMMARY - 10)} end`)).toBe(true)
  expect(matchesSummary(compilePattern('END'), `${'x'.repeat(MAX_SUMMARY)} end`)).toBe(false)
})

/** Far above what any of them needs on a busy machine, and far below what one that explodes would take. */
const SLOW_MS = 2_000

function timed(pattern: string, text: string): number {
  const compiled = compilePattern(pattern)
  const from = performance.now()
  matchesSummary(compiled, text)
  return performance.now() - from
}

describe('a hostile text is answered in no time', () => {
  test.each([
    ['(a|a)*$', 'a'],
    ['(\\w|\\d)*!', '1'],
    ['(quote|quot.)*!', 'quote'],
    ['(a+)+$', 'a'],
    ['(a*)*b', 'a'],
    ['((a+)b?)*c', 'ab'],
    ['.*.*.*.*!', 'x'],
    ['(?=(a|a)*$)b', 'a'],
    ['(?<=(a|a)*)b', 'a'],
    ['((?=(a|a)*b)a)*c', 'a'],
    ['(?:.{0,99}){2}!', 'x'],
    [`${'a?'.repeat(60)}${'a'.repeat(60)}`, 'a'],
  ])('%s', (pattern, part) => {
    expect(timed(pattern, `${part.repeat(10_000 / part.length)}?`)).toBeLessThan(SLOW_MS)
  })
})

/** Patterns from all that the language has but back-references and flags, sound or not. */
const atom = fc.constantFrom(
  ...[
    'a',
    'b',
    'B',
    ' ',
    '.',
    '\\w',
    '\\W',
    '\\d',
    '\\s',
    '\\S',
    '[ab]',
    '[^a]',
    '[]',
    '[^]',
    '[a-z1]',
    '[\\]b]',
    '[\\w-]',
  ],
  ...[
    '^',
    '$',
    '\\b',
    '\\B',
    '\\x61',
    '\\u0062',
    '\\u{2}',
    '\\x',
    '\\c',
    '\\cJ',
    '\\c1',
    '\\0',
    '\\.',
    '\\p{L}',
    'é',
    'ß',
  ],
  ...['{', '}', ']', '{,2}', '\\n', 'ſ', '\\-', '\\k'],
)
const mark = fc.constantFrom('', '', '', '', '*', '+', '?', '{2}', '{1,}', '{0,2}', '*?', '+?', '??', '{1,2}?', '{0}')
const group = fc.constantFrom('(', '(?:', '(?=', '(?!', '(?<=', '(?<!', '(?<name>')
const { pattern } = fc.letrec<{ pattern: string; sequence: string; single: string }>(tie => ({
  pattern: fc.array(tie('sequence'), { minLength: 1, maxLength: 3 }).map(parts => parts.join('|')),
  sequence: fc.array(tie('single'), { maxLength: 4 }).map(parts => parts.join('')),
  single: fc
    .tuple(
      fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(group, tie('pattern')).map(([open, inner]) => `${open}${inner})`),
      ),
      mark,
    )
    .map(parts => parts.join('')),
}))
const text = fc.array(
  fc.constantFrom('a', 'b', 'B', 'A', ' ', '1', '\n', 'é', 'É', 'ß', 's', '{', ']', '\\', 'c', '😀'),
  {
    maxLength: 9,
  },
)

/** `undefined` for what the language refuses. */
function languageFinds(source: string, said: string): boolean | undefined {
  try {
    return new RegExp(source, 'i').test(said)
  } catch {
    return undefined
  }
}

/** Whatever its length, which has a limit of its own. */
function repeatsTooMuch(source: string): boolean {
  try {
    followPattern(source)
    return false
  } catch (error) {
    return error instanceof PatternFault && error.message.startsWith('repeats too much')
  }
}

test('a pattern finds what the language itself finds with it', () => {
  let compared = 0
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 5 }), (source, texts) => {
      for (const parts of texts) {
        const said = parts.join('')
        const expected = languageFinds(source, said)
        fc.pre(expected !== undefined && !repeatsTooMuch(source))
        compared += 1
        expect([source, said, followPattern(source)(said)]).toEqual([source, said, expected])
      }
    }),
    { numRuns: 4_000 },
  )
  expect(compared).toBeGreaterThan(4_000)
})

test('whatever is accepted answers a hostile text of 10,000 characters in no time', () => {
  fc.assert(
    fc.property(pattern, text, (source, part) => {
      fc.pre(source.length <= 200 && faultOfPattern(source) === undefined)
      const said = `${(part.join('') || 'a').repeat(10_000).slice(0, 9_999)}!`
      expect([source, timed(source, said) < SLOW_MS]).toEqual([source, true])
    }),
    { numRuns: 300 },
  )
}, 120_000)

test('text that is no pattern at all is refused or followed, and never breaks', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 30 }), source => {
      const expected = languageFinds(source, 'some text')
      if (expected === undefined) {
        expect(faultOfPattern(source)).toBeDefined()
        return
      }
      try {
        expect([source, followPattern(source)('some text')]).toEqual([source, expected])
      } catch (error) {
        if (!(error instanceof PatternFault)) throw error
      }
    }),
    { numRuns: 2_000 },
  )
})
