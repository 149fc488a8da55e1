import fc from 'fast-check'
import { expect, test } from 'vitest'
import { repeatableUntil } from './pixel-repeat.ts'

const HOUR_MS = 3_600_000
const at = fc.integer({ min: 1_600_000_000_000, max: 2_000_000_000_000 })

test('a pixel for TikTok may be repeated for 47 hours after the first try in doubt, whoever fires it', () => {
  fc.assert(
    fc.property(at, unclearSince => {
      expect(repeatableUntil({ via: 'tiktok' }, unclearSince)).toBe(unclearSince + 47 * HOUR_MS)
      expect(repeatableUntil({ via: 'leadsail', platform: 'tiktok' }, unclearSince)).toBe(unclearSince + 47 * HOUR_MS)
    }),
  )
})

test('one that is surely not there, and one for Meta, have no such end', () => {
  expect(repeatableUntil({ via: 'tiktok' }, undefined)).toBeUndefined()
  fc.assert(
    fc.property(at, unclearSince => {
      expect(repeatableUntil({ via: 'meta' }, unclearSince)).toBeUndefined()
      expect(repeatableUntil({ via: 'leadsail', platform: 'facebook' }, unclearSince)).toBeUndefined()
    }),
  )
})
