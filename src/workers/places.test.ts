import { expect, test } from 'vitest'
import { createPlaces } from './places.ts'

test('so many work at once, and the next in the order of coming; one that throws gives its place up too', async () => {
  const places = createPlaces(2)
  const started: number[] = []
  const doors = Array.from({ length: 5 }, () => Promise.withResolvers<void>())
  const works = doors.map(({ promise }, index) =>
    places.within(async () => {
      started.push(index)
      await promise
      return index
    }),
  )
  const ends = Promise.allSettled(works)
  const turn = () => new Promise(resolve => setImmediate(resolve))
  await turn()
  expect(started).toEqual([0, 1])
  doors[1]?.reject(new Error('broken'))
  await turn()
  expect(started).toEqual([0, 1, 2])
  for (const { resolve } of doors) resolve()
  expect((await ends).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    ...Array.from({ length: 3 }, () => 'fulfilled'),
  ])
  expect(started).toEqual([0, 1, 2, 3, 4])
})
