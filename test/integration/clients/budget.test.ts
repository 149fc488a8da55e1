import { expect, inject, onTestFinished, test } from 'vitest'
import { createBudget, type Rate } from '../../../src/clients/budget.ts'
import { systemClock } from '../../../src/clock.ts'
import { untilReady, workerConnection } from '../../../src/redis/connect.ts'
import { uniquePrefix } from '../../support/prefix.ts'
import { errorOfCall } from './calls.ts'

/** The budget of one account as so many processes have it. */
async function budgets(count: number, rate: Rate) {
  const client = workerConnection({ kind: 'url', url: inject('redisUrl') })
  onTestFinished(() => client.disconnect())
  await untilReady(client, 5_000)
  const key = `${uniquePrefix()}:budget`
  const create = () => createBudget({ client, clock: systemClock, random: Math.random, key, rate })
  return Array.from({ length: count }, create)
}

/** Asks for leave and waits for its moment. When that came, on the clock of `performance.now()`. */
async function leave(budget: ReturnType<typeof createBudget> | undefined): Promise<number> {
  const permit = await budget?.take('dial')
  if (budget === undefined || permit === undefined) throw new Error('there is no budget')
  await budget.depart(permit)
  return performance.now()
}

test('a 429 that one process hears stops what stands in the line of another', async () => {
  const [heard, other] = await budgets(2, { requests: 10, perMs: 1_000 })
  const left: number[] = []
  // Up to a second and a half of them stand in line, each with a time of its own.
  const waiting = Array.from({ length: 12 }, () => leave(other).then(at => void left.push(at)))
  await Promise.any(waiting)
  const pausedAt = performance.now()
  await heard?.pause(5_000)
  const ends = await Promise.allSettled(waiting)
  expect(left.filter(at => at > pausedAt + 100)).toEqual([])
  const refused = ends.flatMap(end => (end.status === 'rejected' ? [end.reason.code] : []))
  expect(refused.length).toBeGreaterThan(5)
  expect(new Set(refused)).toEqual(new Set(['BUDGET']))
})

test('leave that has lapsed is taken anew, and what that took is told', async () => {
  const [budget] = await budgets(1, { requests: 10, perMs: 1_000 })
  await leave(budget)
  const lapsed = { purpose: 'dial', startAt: performance.now() - 1_000 } as const
  const tookMs = await budget?.depart(lapsed)
  expect(tookMs).toBeGreaterThan(50)
  expect(tookMs).toBeLessThan(1_000)
})

test('an intent does not wait for new leave without an end', async () => {
  const [budget] = await budgets(1, { requests: 1, perMs: 60_000 })
  await leave(budget)
  const startedAt = performance.now()
  const lapsed = { purpose: 'poll', startAt: startedAt - 60_000 } as const
  const error = await errorOfCall(Promise.resolve(budget?.depart(lapsed)))
  expect(`${error.name} ${error.code}`).toBe('RateLimitedError BUDGET')
  expect(performance.now() - startedAt).toBeLessThan(4_000)
})

test('a process that is late every time gets its turns all the same', async () => {
  const [budget] = await budgets(1, { requests: 50, perMs: 1_000 })
  // Every round of the event loop takes longer than a turn may be late at first.
  const busy = setInterval(() => {
    const until = performance.now() + 40
    while (performance.now() < until);
  }, 1)
  onTestFinished(() => clearInterval(busy))
  const left = await Promise.all(Array.from({ length: 20 }, () => leave(budget)))
  expect(left).toHaveLength(20)
})
