import { expect, test } from 'vitest'
import { eventually } from '../../test/support/eventually.ts'
import { createDeadline } from './deadline.ts'

test('work in time is answered as it ends; late work is rejected, each at its own time', async () => {
  const within = createDeadline(40)
  const startedAt = performance.now()
  const never = () => new Promise<never>(() => {})
  const first = within(never()).catch((error: Error) => [error.message, performance.now() - startedAt] as const)
  expect(await within(Promise.resolve('stored'))).toBe('stored')
  await expect(within(Promise.reject(new Error('refused')))).rejects.toThrow('refused')
  await eventually(() => performance.now() - startedAt > 20)
  const second = within(never()).catch((error: Error) => [error.message, performance.now() - startedAt] as const)
  const [[message, firstMs], [, secondMs]] = [await first, await second] as [[string, number], [string, number]]
  expect(message).toBe('not stored within 40 ms')
  expect(firstMs).toBeGreaterThanOrEqual(39)
  expect(secondMs).toBeGreaterThanOrEqual(59)
  expect(secondMs).toBeGreaterThan(firstMs)
})

test('what ends after its deadline is told to nobody', async () => {
  const within = createDeadline(5)
  const door = Promise.withResolvers<string>()
  const late = within(door.promise)
  await expect(late).rejects.toThrow('not stored within 5 ms')
  door.reject(new Error('too late'))
  await new Promise(resolve => setImmediate(resolve))
})

test('a stall of the process is no stall of what it waits for', async () => {
  const within = createDeadline(10)
  const arrived = new Promise(resolve => setImmediate(() => resolve('arrived')))
  const answer = within(arrived)
  const until = performance.now() + 50
  while (performance.now() < until);
  expect(await answer).toBe('arrived')
})
