import { expect, test } from 'vitest'
import { createGathering, createSharedReading } from './gather.ts'

test('what is asked for in one round goes out together, each with its own answer', async () => {
  const calls: number[][] = []
  const ask = createGathering<number, number>(
    async items => {
      calls.push(items)
      return items.map(item => (item === 3 ? new Error('three') : item * 10))
    },
    { items: 100 },
  )
  const answers = await Promise.allSettled([1, 2, 3].map(ask))
  expect(answers).toMatchObject([{ value: 10 }, { value: 20 }, { reason: { message: 'three' } }])
  expect(await ask(4)).toBe(40)
  expect(calls).toEqual([[1, 2, 3], [4]])
})

test.each([
  ['by number', { items: 2 }, [1, 1, 1, 1, 1], [2, 2, 1]],
  ['by size', { items: 100, size: 10 }, [4, 4, 4, 9, 1], [2, 1, 2]],
  ['and one that is too large goes by itself', { items: 100, size: 10 }, [50, 1, 50], [1, 1, 1]],
])('one go is bounded %s', async (_how, limits, sizes, expected) => {
  const calls: number[] = []
  const ask = createGathering<number, number>(
    async items => {
      calls.push(items.length)
      return items
    },
    limits,
    size => size,
  )
  expect(await Promise.all(sizes.map(ask))).toEqual(sizes)
  expect(calls).toEqual(expected)
})

test('a call that fails fails for everybody who asked, and for nobody else', async () => {
  let isAway = true
  const ask = createGathering<string, string>(
    async items => {
      if (isAway) throw new Error('away')
      return items
    },
    { items: 100 },
  )
  const answers = await Promise.allSettled(['a', 'b'].map(ask))
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  isAway = false
  expect(await ask('c')).toBe('c')
})

test('who asks for the same at once shares a reading; who asks while it is under way gets a later one', async () => {
  let value = 1
  const read: string[] = []
  const door = Promise.withResolvers<void>()
  const ask = createSharedReading(async (key: string) => {
    read.push(key)
    const seen = value
    await door.promise
    return `${key}${seen}`
  })
  const early = Promise.all([ask('a'), ask('a'), ask('b')])
  await new Promise(resolve => setImmediate(resolve))
  value = 2
  const late = ask('a')
  door.resolve()
  expect(await early).toEqual(['a1', 'a1', 'b1'])
  expect(await late).toBe('a2')
  expect(read).toEqual(['a', 'b', 'a'])
})
