import { PassThrough } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createScreen } from './screen.ts'
import { type Column, createTable, fitColumns } from './table.ts'
import { textWidth } from './text-width.ts'

interface Row {
  id: string
  count?: number
  why?: string
}

const columns: Column<Row>[] = [
  { title: 'ID', of: ({ id }) => id },
  { title: 'COUNT', of: ({ count }) => count, align: 'right' },
  { title: 'WHY', of: ({ why }) => why, shrinks: true },
]

function draw(batches: Row[][], terminalWidth?: number): string[] {
  const stream = new PassThrough()
  const screen = createScreen(
    Object.assign(stream, terminalWidth === undefined ? {} : { isTTY: true, columns: terminalWidth }),
    'xterm',
  )
  const table = createTable({ ...screen, paint: (_style, text) => text }, columns)
  for (const rows of batches) table.add(rows)
  return String(stream.read() ?? '').split('\n')
}

test('columns are as wide as what stands in them, numbers stand to the right, nothing is a dash', () => {
  expect(
    draw([
      [
        { id: 'a', count: 1, why: 'because' },
        { id: 'long-id', count: 1200 },
      ],
    ]),
  ).toEqual(['ID       COUNT  WHY', 'a            1  because', 'long-id   1200  -', ''])
})

test('no rows are no table, and later rows come without another title', () => {
  expect(draw([[], [{ id: 'a', count: 1 }], [{ id: 'bbbb', count: 2 }]])).toEqual([
    'ID  COUNT  WHY',
    'a       1  -',
    'bbbb      2  -',
    '',
  ])
})

test('on a terminal what may shrink is cut, elsewhere nothing is', () => {
  const row = { id: 'a', count: 1, why: 'x'.repeat(100) }
  expect(draw([[row]], 30)[1]).toBe(`a       1  ${'x'.repeat(18)}…`)
  expect(draw([[row]])[1]).toBe(`a       1  ${'x'.repeat(100)}`)
})

test('what stands in a cell cannot leave it', () => {
  const [, line] = draw([[{ id: 'a\x1b[2J\nb\tc\u202e', count: 1, why: '\u009b31m' }]])
  expect(line).toBe('a\ufffd[2J b c\ufffd      1  \ufffd31m')
})

test('letters that are drawn wide are counted so', () => {
  const [title, wide, narrow] = draw([
    [
      { id: '日本', count: 1 },
      { id: 'abcd', count: 1 },
    ],
  ])
  expect(wide).toBe('日本      1  -')
  expect(narrow).toBe('abcd      1  -')
  expect(title).toBe('ID    COUNT  WHY')
})

const widths = fc.array(fc.record({ asked: fc.nat(60), shrinks: fc.boolean(), isOptional: fc.boolean() }), {
  minLength: 1,
  maxLength: 8,
})

test('a row fits whenever it can, loses no column that is needed, and gives up nothing where there is room', () => {
  fc.assert(
    fc.property(widths, fc.integer({ min: 20, max: 200 }), (flexible, width) => {
      const shapes = flexible.map(({ shrinks, isOptional }) => ({
        ...(shrinks ? { shrinks: true as const } : {}),
        ...(isOptional ? { isOptional: true as const } : {}),
      }))
      const asked = flexible.map(column => column.asked)
      const fits = fitColumns(shapes, asked, width)
      const sizeOf = (list: readonly (number | undefined)[]) => {
        const shown = list.filter(column => column !== undefined)
        return shown.reduce((sum, column) => sum + column, 2 * (shown.length - 1))
      }
      const least = flexible.flatMap(({ asked: wish, shrinks, isOptional }) =>
        isOptional ? [] : [shrinks ? Math.min(wish, 8) : wish],
      )
      if (sizeOf(asked) <= width) expect(fits).toEqual(asked)
      if (sizeOf(least) <= width) expect(sizeOf(fits)).toBeLessThanOrEqual(width)
      for (const [index, { asked: wish, shrinks, isOptional }] of flexible.entries()) {
        const fit = fits[index]
        if (fit === undefined) expect(isOptional).toBe(true)
        else if (shrinks) expect(fit).toBeGreaterThanOrEqual(Math.min(wish, 8))
        else expect(fit).toBe(wish)
      }
    }),
  )
})

test('a line of a table on a terminal is never wider than it', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 })
  fc.assert(
    fc.property(fc.array(fc.record({ why: text }), { minLength: 1, maxLength: 5 }), rows => {
      for (const line of draw([rows.map(({ why }) => ({ id: 'a', count: 1, why }))], 40)) {
        expect(textWidth(line)).toBeLessThanOrEqual(40)
      }
    }),
  )
})
