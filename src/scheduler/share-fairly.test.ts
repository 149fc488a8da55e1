import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareFairly } from './share-fairly.ts'

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

test('nobody gets more than wanted, nothing is left over that somebody wants, and nobody who wants more has less', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { maxLength: 20 }), fc.nat(500), fc.nat(100), (wanted, limit, turn) => {
      const shares = shareFairly(wanted, limit, turn)
      expect(sum(shares)).toBe(Math.min(limit, sum(wanted)))
      for (const [index, share] of shares.entries()) {
        const want = wanted[index] ?? 0
        expect(share).toBeLessThanOrEqual(want)
        if (share < want) for (const other of shares) expect(other).toBeLessThanOrEqual(share + 1)
      }
    }),
  )
})

test('a remainder of one goes round', () => {
  const winners = [0, 1, 2, 3].map(turn => shareFairly([9, 9, 9], 1, turn).indexOf(1))
  expect(winners).toEqual([0, 1, 2, 0])
})
