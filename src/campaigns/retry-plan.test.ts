import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextAttemptAt } from './retry-plan.ts'
import { type Outcome, outcomes } from './vocabulary.ts'

const HOUR = 3_600_000
const rules = {
  retryMs: { no_answer: [2 * HOUR, 4 * HOUR, 24 * HOUR], busy: [600_000, HOUR] },
  maxAttempts: 4,
  notAfterMs: 72 * HOUR,
  minGapMs: 0,
}
const ask = (pastOutcomes: Outcome[], endedAt = 1_000, changed: Partial<typeof rules> = {}) =>
  nextAttemptAt({ rules: { ...rules, ...changed }, pastOutcomes, endedAt, journeyStartedAt: 0 })

test.each<[Outcome[], ReturnType<typeof ask>]>([
  [['no_answer'], { at: 1_000 + 2 * HOUR }],
  [['no_answer', 'no_answer'], { at: 1_000 + 4 * HOUR }],
  [['no_answer', 'busy'], { at: 1_000 + 600_000 }],
  [['no_answer', 'busy', 'no_answer'], { at: 1_000 + 4 * HOUR }],
  [['busy', 'busy', 'busy'], { none: 'no_retry' }],
  [['no_answer', 'no_answer', 'no_answer', 'no_answer'], { none: 'no_retry' }],
  [['no_answer', 'busy', 'no_answer', 'busy'], { none: 'attempts_spent' }],
  [['answered'], { none: 'no_retry' }],
  [['timed_out'], { none: 'no_retry' }],
  [[], { none: 'no_retry' }],
])('after %j: %j', (past, answer) => {
  expect(ask(past)).toEqual(answer)
})

test('timed_out is tried again only where the campaign says so', () => {
  const retryMs = { ...rules.retryMs, timed_out: [HOUR] }
  expect(ask(['timed_out'], 0, { retryMs })).toEqual({ at: HOUR })
})

test('not after: the last instant counts, the next one is expired', () => {
  expect(ask(['no_answer'], 70 * HOUR)).toEqual({ at: 72 * HOUR })
  expect(ask(['no_answer'], 70 * HOUR + 1)).toEqual({ none: 'expired' })
})

test("the number's gap stretches a shorter delay and leaves a longer one", () => {
  expect(ask(['busy'], 0, { minGapMs: HOUR })).toEqual({ at: HOUR })
  expect(ask(['no_answer'], 0, { minGapMs: HOUR })).toEqual({ at: 2 * HOUR })
})

test('whatever the outcomes, attempts, delays and the last moment are kept', () => {
  const anyRules = fc.record({
    retryMs: fc.dictionary(fc.constantFrom(...outcomes), fc.array(fc.nat(24 * HOUR), { maxLength: 5 })),
    maxAttempts: fc.integer({ min: 1, max: 6 }),
    notAfterMs: fc.nat(96 * HOUR),
    minGapMs: fc.nat(HOUR),
  })
  const story = fc.array(fc.record({ outcome: fc.constantFrom(...outcomes), length: fc.nat(HOUR) }), {
    minLength: 1,
    maxLength: 12,
  })
  fc.assert(
    fc.property(anyRules, story, (given, calls) => {
      const past: Outcome[] = []
      let at = 0
      for (const { outcome, length } of calls) {
        past.push(outcome)
        const endedAt = at + length
        const answer = nextAttemptAt({ rules: given, pastOutcomes: past, endedAt, journeyStartedAt: 0 })
        if ('none' in answer) break
        const delay = given.retryMs[outcome]?.[past.filter(other => other === outcome).length - 1]
        expect(answer.at).toBe(endedAt + Math.max(delay ?? Number.NaN, given.minGapMs))
        expect(answer.at).toBeLessThanOrEqual(given.notAfterMs)
        at = answer.at
      }
      expect(past.length).toBeLessThanOrEqual(given.maxAttempts)
    }),
    { numRuns: 1_000 },
  )
})
