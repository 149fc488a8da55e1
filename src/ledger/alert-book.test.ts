import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  type AlertBook,
  emptyBook,
  type Finding,
  idOf,
  look,
  markTold,
  RESOLVE_AFTER_MS,
  untold,
} from './alert-book.ts'

const finding = (name: string, subject = ''): Finding => ({
  ...{ name, subject, severity: 'warning', summary: `${name} holds`, mend: 'mend it', path: '/dashboard', count: 1 },
})
const T0 = 1_800_000_000_000
const after = (book: AlertBook, findings: Finding[], ms: number, isHeard = true) =>
  look(book, findings, T0 + ms, isHeard)

test('one that is found is raised once, however long it holds, and is over a while after it was last found', () => {
  const first = after(emptyBook, [finding('parked')], 0)
  expect(first.raised).toMatchObject([{ name: 'parked', since: T0 }])
  const second = after(first.book, [{ ...finding('parked'), count: 7 }], 15_000)
  expect(second).toMatchObject({ raised: [], resolved: [] })
  expect(second.book.alerts).toMatchObject([{ since: T0, heldAt: T0 + 15_000, count: 7 }])
  const third = after(second.book, [], 15_000 + RESOLVE_AFTER_MS - 1)
  expect(third.resolved).toEqual([])
  const last = after(third.book, [], 15_000 + RESOLVE_AFTER_MS)
  expect(last.resolved).toMatchObject([{ name: 'parked', since: T0, resolvedAt: T0 + 15_000 + RESOLVE_AFTER_MS }])
})

test('one that comes and goes stays one alert', () => {
  let { book } = after(emptyBook, [finding('queue_age', 'send-sms')], 0)
  let raised = 0
  for (let ms = 15_000; ms < 3_600_000; ms += 15_000) {
    const seen = after(book, ms % 45_000 === 0 ? [finding('queue_age', 'send-sms')] : [], ms)
    expect(seen.resolved).toEqual([])
    raised += seen.raised.length
    book = seen.book
  }
  expect(raised).toBe(0)
})

test('what is over is kept until it was told, and forgotten at once where nobody listens', () => {
  const { book } = after(emptyBook, [finding('parked')], 0)
  const over = after(book, [], RESOLVE_AFTER_MS)
  expect(untold(over.book)).toMatchObject({ firing: [], resolved: [{ name: 'parked' }] })
  expect(markTold(over.book, untold(over.book).resolved).alerts).toEqual([])
  expect(after(book, [], RESOLVE_AFTER_MS, false).book.alerts).toEqual([])
})

test('one that has ended while it was told as standing is still to be told as over', () => {
  const { book } = after(emptyBook, [finding('parked')], 0)
  const { firing } = untold(book)
  const over = after(book, [], RESOLVE_AFTER_MS)
  const told = markTold(over.book, firing)
  expect(untold(told).resolved).toMatchObject([{ name: 'parked' }])
})

test('one that comes up again is another one, told of by itself', () => {
  const { book } = after(emptyBook, [finding('parked')], 0)
  const told = markTold(book, untold(book).firing)
  const over = after(told, [], RESOLVE_AFTER_MS)
  const again = after(over.book, [finding('parked')], RESOLVE_AFTER_MS + 15_000)
  expect(again.raised).toMatchObject([{ since: T0 + RESOLVE_AFTER_MS + 15_000 }])
  expect(untold(again.book)).toMatchObject({ firing: [{ name: 'parked' }], resolved: [{ name: 'parked', since: T0 }] })
})

test('a receiver that is told of everything hears of each alert once as standing and once as over', () => {
  const names = ['parked', 'queue_age', 'key_refused']
  const sight = fc.record({
    found: fc.uniqueArray(fc.constantFrom(...names)),
    afterMs: fc.integer({ min: 1_000, max: 90_000 }),
    isAway: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(sight, { maxLength: 60 }), sights => {
      let book: AlertBook = emptyBook
      let now = 0
      const heard: string[] = []
      const raised: string[] = []
      const tell = () => {
        const { firing, resolved } = untold(book)
        heard.push(...firing.map(alert => `firing ${idOf(alert)} ${alert.since}`))
        heard.push(...resolved.map(alert => `resolved ${idOf(alert)} ${alert.since}`))
        book = markTold(book, [...firing, ...resolved])
      }
      for (const { found, afterMs, isAway } of sights) {
        now += afterMs
        const seen = after(
          book,
          found.map(name => finding(name)),
          now,
        )
        raised.push(...seen.raised.map(alert => `${idOf(alert)} ${alert.since}`))
        book = seen.book
        if (!isAway) tell()
      }
      book = after(book, [], now + RESOLVE_AFTER_MS).book
      tell()
      expect(new Set(heard).size).toBe(heard.length)
      expect(heard.filter(news => news.startsWith('resolved')).sort()).toEqual(
        raised.map(id => `resolved ${id}`).sort(),
      )
      expect(book.alerts).toEqual([])
    }),
  )
})
