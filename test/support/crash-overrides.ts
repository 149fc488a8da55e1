import type { Overrides } from '../../src/app.ts'

/**
 * What a dead process leaves is taken up within a second or two instead of fifteen, and a request is over after two:
 * the vendor of these tests answers at once.
 */
export const crashOverrides = {
  requestTimeoutMs: 2_000,
  storeTimeoutMs: 5_000,
  recovery: { lockMs: 600, stalledCheckMs: 300, leaseMs: 1_500 },
} satisfies Overrides
