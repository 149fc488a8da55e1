import { expect, test } from 'vitest'
import { SignInLimit } from './sign-in-limit.ts'

test('ten failures make an address wait until the first of them is ten minutes old', () => {
  let now = 0
  const limit = new SignInLimit(() => now)
  for (let failure = 0; failure < 10; failure += 1) {
    expect(limit.waitMs('192.0.2.1')).toBe(0)
    now = failure * 1000
    limit.noteFailure('192.0.2.1')
  }
  expect(limit.waitMs('192.0.2.1')).toBe(600_000 - 9_000)
  expect(limit.waitMs('::ffff:192.0.2.1')).toBeGreaterThan(0)
  expect(limit.waitMs('192.0.2.2')).toBe(0)
  now = 600_000
  expect(limit.waitMs('192.0.2.1')).toBe(0)
})

test('all addresses of one IPv6 network count as one', () => {
  const limit = new SignInLimit(() => 0)
  for (let failure = 0; failure < 10; failure += 1) limit.noteFailure(`2001:db8:1:2:${failure}::1`)
  expect(limit.waitMs('2001:db8:1:2:ffff:1:2:3')).toBeGreaterThan(0)
  expect(limit.waitMs('2001:db8:1:3::1')).toBe(0)
})

test('however many addresses fail, the memory stays bounded: the oldest are forgotten', () => {
  const limit = new SignInLimit(() => 0)
  for (let failure = 0; failure < 10; failure += 1) limit.noteFailure('192.0.2.1')
  for (let other = 0; other < 10_000; other += 1) limit.noteFailure(`10.0.${other >> 8}.${other & 255}`)
  expect(limit.waitMs('192.0.2.1')).toBe(0)
})
