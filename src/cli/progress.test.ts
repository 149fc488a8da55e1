import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProgress, progressLine } from './progress.ts'
import { createScreen } from './screen.ts'
import { textWidth } from './text-width.ts'

const MB = 1_000_000

test('on a wide terminal everything is said, on a narrow one the most important', () => {
  const distance = { bytes: 12.4 * MB, totalBytes: 20 * MB, notes: ['50,001 lines'] }
  expect(progressLine('Importing', distance, 4_000, 120)).toBe(
    `Importing  ${'█'.repeat(18)}${'░'.repeat(12)}  62 %  12.4 MB of 20.0 MB  3.1 MB/s  2.5 s left  50,001 lines`,
  )
  expect(progressLine('Importing', distance, 4_000, 50)).toBe('Importing  ████████░░░░░  62 %  12.4 MB of 20.0 MB')
  expect(progressLine('Importing', distance, 4_000, 20)).toBe('Importing  62 %')
})

test('without a total there is no bar and no end in sight', () => {
  expect(progressLine('Exporting', { bytes: 12.4 * MB }, 4_000, 80)).toBe('Exporting  12.4 MB  3.1 MB/s')
})

test('a line never wraps, whatever it says', () => {
  const distance = fc.record({
    bytes: fc.nat(2 ** 31),
    totalBytes: fc.option(fc.nat(2 ** 31), { nil: undefined }),
    notes: fc.array(fc.constantFrom('1 line', '50,001 lines', 'and more'), { maxLength: 3 }),
  })
  fc.assert(
    fc.property(distance, fc.nat(10_000_000), fc.integer({ min: 40, max: 200 }), (given, elapsedMs, width) => {
      expect(textWidth(progressLine('Importing', given, elapsedMs, width))).toBeLessThanOrEqual(width)
    }),
  )
})

/** A clock that stands until it is moved. */
function stage(isTerminal: boolean) {
  const stream = Object.assign(new PassThrough(), isTerminal ? { isTTY: true, columns: 80 } : {})
  let now = 1_000_000
  const clock = { now: () => now, shiftMs: () => 0 }
  const progress = createProgress(createScreen(stream, 'xterm'), clock, 'Importing')
  const pass = (ms: number) => {
    now += ms
  }
  return { progress, pass, written: () => String(stream.read() ?? '') }
}

test('on a terminal it draws over itself, no faster than is seen, and leaves nothing behind', () => {
  const { progress, pass, written } = stage(true)
  for (let bytes = 0; bytes <= 10; bytes += 1) {
    progress.show({ bytes, totalBytes: 10 })
    pass(50)
  }
  progress.wait('waiting for the answer')
  progress.end()
  const draws = written().split('\r\x1b[2K')
  expect(draws.length).toBeLessThan(10)
  expect(draws[1]).toMatch(/^Importing {2}░+ {2}0 % {2}0 B of 10 B$/)
  expect(draws.at(-2)).toMatch(/^Importing {2}waiting for the answer/)
  expect(draws.at(-1)).toBe('')
})

test('elsewhere it says a line now and then, without any control character', () => {
  const { progress, pass, written } = stage(false)
  for (let bytes = 0; bytes <= 100; bytes += 1) {
    progress.show({ bytes, totalBytes: 100, notes: ['1 line'] })
    pass(120)
  }
  progress.wait('waiting for the answer')
  progress.end()
  const text = written()
  expect(text.split('\n')).toEqual([
    'Importing  42 %  42 B of 100 B  8 B/s  7.0 s left  1 line',
    expect.stringMatching(/^Importing {2}84 %/),
    'Importing  waiting for the answer',
    '',
  ])
})
