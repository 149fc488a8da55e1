import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createKeys } from '../redis/keys.ts'
import { dialCommands } from './dial-rate.ts'
import { type Attempt, attemptStates } from './journey.ts'

const keys = createKeys('p').shard('07')
const at = Date.UTC(2026, 10, 20, 23, 59, 30)
const attempt = (more: Partial<Attempt>): Attempt => ({ number: 1, state: 'intended', intendedAt: at, ...more })
const journey = (...attempts: Attempt[]) => ({ campaign: 'roof', attempts })
const commands = (...args: Parameters<typeof dialCommands>) => [...dialCommands(...args)]
const key = 'p:{s07.248}:dials:roof:2026-11-20'
const expires = ['EXPIREAT', key, Date.UTC(2026, 10, 24) / 1000]

test('an intent costs two commands, and nothing that comes of the call costs any', () => {
  expect(commands(journey(), journey(attempt({})), keys)).toEqual([['HINCRBY', key, '1439', 1], expires])
  for (const state of ['live', 'ended', 'unknown'] as const) {
    expect(commands(journey(attempt({})), journey(attempt({ state })), keys)).toEqual([])
  }
})

test('what turns out to be no call is taken back from its own minute', () => {
  const back = [['HINCRBY', key, '1439', -1], expires]
  expect(commands(journey(attempt({})), journey(), keys)).toEqual(back)
  expect(commands(journey(attempt({})), journey(attempt({ state: 'refused' })), keys)).toEqual(back)
})

test('whatever becomes of attempts, the sum is how many of them count', () => {
  const someAttempts = fc.uniqueArray(
    fc.record({
      number: fc.integer({ min: 1, max: 4 }),
      state: fc.constantFrom(...attemptStates),
      minute: fc.nat(5_000),
    }),
    { selector: ({ number }) => number },
  )
  fc.assert(
    fc.property(fc.array(someAttempts, { minLength: 1, maxLength: 6 }), steps => {
      const counters = new Map<string, number>()
      let before = journey()
      for (const step of steps) {
        const after = journey(
          ...step.map(({ minute, ...rest }) => attempt({ ...rest, intendedAt: at + minute * 60_000 })),
        )
        for (const [name, counter, field, by] of dialCommands(before, after, keys)) {
          if (name !== 'HINCRBY') continue
          const place = `${counter} ${String(field)}`
          counters.set(place, (counters.get(place) ?? 0) + Number(by))
        }
        before = after
      }
      const counted = before.attempts.filter(({ state }) => state !== 'refused').length
      expect([...counters.values()].reduce((sum, count) => sum + count, 0)).toBe(counted)
      expect(Math.min(0, ...counters.values())).toBe(0)
    }),
  )
})
