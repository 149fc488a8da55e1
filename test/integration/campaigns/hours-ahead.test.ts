import { expect, test } from 'vitest'
import { ShiftedClock } from '../../../src/clock.ts'
import { createHoursAheadDesk } from '../../../src/desk/hours-ahead.ts'
import type { Preflight } from '../../../src/desk/preflight.ts'
import { createLogger } from '../../../src/logger.ts'

const answer: Preflight = { dialableNow: 1, laterByHour: [], blocked: {}, expectedFinishAt: null }

/** A preflight that is answered by hand, and counts how often it was asked. */
function createDesk() {
  const asked: ((result: Preflight | Error) => void)[] = []
  const clock = new ShiftedClock()
  const read = () => {
    const { promise, resolve, reject } = Promise.withResolvers<Preflight | undefined>()
    asked.push(result => (result instanceof Error ? reject(result) : resolve(result)))
    return promise
  }
  const desk = createHoursAheadDesk({ preflight: { read }, clock, logger: createLogger({ level: 'silent' }) })
  return { desk, clock, asked }
}

const settled = () => new Promise<void>(resolve => setImmediate(resolve))
const large = { id: 'roof', status: 'running', scheduled: 100_000 } as const
const small = { ...large, scheduled: 300 }

test('a large campaign is looked through only when somebody asks, once at a time', async () => {
  const { desk, asked } = createDesk()
  for (let look = 0; look < 5; look += 1) expect(desk.glance(large)).toEqual({ isUnderWay: false, isAutomatic: false })
  expect(asked).toHaveLength(0)
  const all = Promise.all([desk.ask(large), desk.ask(large)])
  expect(desk.glance(large)).toEqual({ isUnderWay: true, isAutomatic: false })
  asked[0]?.(answer)
  await all
  expect(asked).toHaveLength(1)
  expect(desk.glance(large)).toMatchObject({ known: answer, isUnderWay: false })
})

test('what was worked out will do for a minute, and is shown for ten', async () => {
  const { desk, clock, asked } = createDesk()
  const first = desk.ask(large)
  asked[0]?.(answer)
  await first
  clock.advance(59_000)
  await desk.ask(large)
  expect(asked).toHaveLength(1)
  clock.advance(2_000)
  void desk.ask(large)
  expect(asked).toHaveLength(2)
  expect(desk.glance(large)).toMatchObject({ known: answer, isUnderWay: true })
  clock.advance(10 * 60_000)
  expect(desk.glance(large)).toEqual({ isUnderWay: true, isAutomatic: false })
})

test('another status, or leads that came in, make it void', async () => {
  const { desk, asked } = createDesk()
  const first = desk.ask(large)
  asked[0]?.(answer)
  await first
  expect(desk.glance({ ...large, status: 'paused' })).not.toHaveProperty('known')
  expect(desk.glance(large)).toHaveProperty('known')
  desk.forget('roof')
  expect(desk.glance(large)).not.toHaveProperty('known')
})

test('a small campaign is kept up to date while somebody looks, every quarter of a minute', async () => {
  const { desk, clock, asked } = createDesk()
  for (let look = 0; look < 3; look += 1) desk.glance(small)
  expect(asked).toHaveLength(1)
  asked[0]?.(answer)
  await settled()
  expect(desk.glance(small)).toMatchObject({ known: answer, isAutomatic: true })
  clock.advance(16_000)
  desk.glance(small)
  expect(asked).toHaveLength(2)
})

test('one that fails is tried again later, and disturbs nobody who asked', async () => {
  const { desk, clock, asked } = createDesk()
  desk.glance(small)
  asked[0]?.(new Error('Redis is away'))
  await settled()
  expect(desk.glance(small)).toEqual({ isUnderWay: false, isAutomatic: true })
  expect(asked).toHaveLength(1)
  clock.advance(16_000)
  desk.glance(small)
  expect(asked).toHaveLength(2)
})
