import { expect, test } from 'vitest'
import { logNormal, pick, randomOf, shuffled } from './random.ts'

test('equal parts give equal streams, others give others', () => {
  const take = (...parts: (string | number)[]) => Array.from({ length: 5 }, randomOf(...parts))
  expect(take(1, 'a')).toEqual(take(1, 'a'))
  expect(take(1, 'a')).not.toEqual(take(2, 'a'))
  expect(take('ab', 'c')).not.toEqual(take('a', 'bc'))
})

test('numbers are even over [0, 1), also the first ones of many streams', () => {
  const firsts = Array.from({ length: 20_000 }, (_, index) => randomOf(1, 'lead', index)())
  for (const slot of [0, 1, 2, 3]) {
    const share = firsts.filter(value => Math.floor(value * 4) === slot).length / firsts.length
    expect(share).toBeGreaterThan(0.235)
    expect(share).toBeLessThan(0.265)
  }
})

test('a log-normal has its median in the middle', () => {
  const random = randomOf('log')
  const values = Array.from({ length: 20_000 }, () => logNormal(random, 110, 0.9)).sort((one, other) => one - other)
  expect(values[10_000]).toBeGreaterThan(105)
  expect(values[10_000]).toBeLessThan(115)
  expect(values[Math.floor(20_000 * 0.8413)]).toBeGreaterThan(110 * Math.exp(0.9) * 0.93)
  expect(values[Math.floor(20_000 * 0.8413)]).toBeLessThan(110 * Math.exp(0.9) * 1.07)
})

test('shuffling keeps every item, and picking reaches every choice', () => {
  const random = randomOf('shuffle')
  const items = Array.from({ length: 50 }, (_, index) => index)
  const mixed = shuffled(random, items)
  expect(mixed).not.toEqual(items)
  expect(mixed.toSorted((one, other) => one - other)).toEqual(items)
  expect(new Set(Array.from({ length: 100 }, () => pick(random, ['a', 'b', 'c']))).size).toBe(3)
})
