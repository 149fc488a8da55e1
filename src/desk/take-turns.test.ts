import { expect, test } from 'vitest'
import { createTakeTurns } from './take-turns.ts'

/** Work that is ended by hand, in the order it was begun. */
function createWork() {
  const begun: string[] = []
  const ends: ((fails?: boolean) => void)[] = []
  const run = (name: string) => {
    begun.push(name)
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const answer = `${name} ${begun.length}`
    ends.push(fails => (fails === true ? reject(new Error(answer)) : resolve(answer)))
    return promise
  }
  return { begun, ends, run }
}

/** Everything that can go on by itself has. */
const settled = () => new Promise<void>(resolve => setImmediate(resolve))

test('one is done at a time; those who wait for the same share one, begun after they asked', async () => {
  const { begun, ends, run } = createWork()
  const take = createTakeTurns(run)
  const first = take('roof')
  await settled()
  const [second, third, other] = [take('roof'), take('roof'), take('gutter')]
  await settled()
  expect(begun).toEqual(['roof'])
  ends[0]?.()
  expect(await first).toBe('roof 1')
  await settled()
  expect(begun).toEqual(['roof', 'roof'])
  ends[1]?.()
  expect(await second).toBe('roof 2')
  expect(await third).toBe('roof 2')
  await settled()
  ends[2]?.()
  expect(await other).toBe('gutter 3')
})

test('one that fails fails for those who asked for it, and the next is done', async () => {
  const { ends, run } = createWork()
  const take = createTakeTurns(run)
  const [first, next] = [take('roof'), take('gutter')]
  await settled()
  ends[0]?.(true)
  await expect(first).rejects.toThrow('roof 1')
  await settled()
  ends[1]?.()
  expect(await next).toBe('gutter 2')
})
