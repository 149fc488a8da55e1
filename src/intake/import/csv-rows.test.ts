import fc from 'fast-check'
import { expect, test } from 'vitest'
import { columnsOf } from './columns.ts'
import { csvRows } from './csv-rows.ts'
import type { ImportRow } from './import-row.ts'
import { MAX_ROW_BYTES } from './row-splitter.ts'

async function* inPieces(bytes: Buffer, sizes: readonly number[]) {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

async function read(text: string | Buffer, sizes: readonly number[] = [64_000]): Promise<ImportRow[]> {
  const rows: ImportRow[] = []
  const bytes = inPieces(Buffer.from(text), sizes)
  for await (const batch of csvRows(bytes, line => ({ columns: columnsOf(line, false) }))) rows.push(...batch)
  return rows
}

const value = fc.oneof(
  fc.constantFrom(
    '',
    'plain',
    'a "quoted" word',
    'two\nlines',
    'two\r\nlines',
    'a;b,c\td',
    'Мария',
    '太郎',
    '"',
    '\n\n',
  ),
  fc.string({ maxLength: 8, unit: fc.constantFrom('a', 'é', '"', ',', ';', '\n', ' ') }),
)
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`

test('every row has the line on which it begins and the values that were written, however the bytes arrive', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ blanks: fc.nat(2), note: value, other: value }), { minLength: 1, maxLength: 12 }),
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\n', '\r\n'),
      fc.boolean(),
      fc.boolean(),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 4 }),
      async (rows, delimiter, lineEnd, hasBom, isEnded, sizes) => {
        let text = ['leadId', 'note', 'other'].join(delimiter)
        const expected = rows.map(({ blanks, note, other }, index) => {
          text += lineEnd + lineEnd.repeat(blanks)
          const line = text.split('\n').length
          text += [`L${index}`, quoted(note), quoted(other)].join(delimiter)
          const named = Object.entries({ note: note.trim(), other: other.trim() }).filter(
            ([, written]) => written !== '',
          )
          return { line, known: { leadId: `L${index}` }, fields: Object.fromEntries(named) }
        })
        if (isEnded) text += lineEnd
        expect(await read(`${hasBom ? '\uFEFF' : ''}${text}`, sizes)).toEqual(expected)
      },
    ),
    { numRuns: 300 },
  )
})

test('a broken quote costs its own line only', async () => {
  const text =
    'leadId,note\nL1,"open\nL2,fine\nL3,5" pipe\nL4,"a"b\nL5,"two\nlines"\nL6,fine\nL7,"open to the end\nL8,fine'
  for (const sizes of [[1], [7], [1_000]]) {
    const rows = await read(text, sizes)
    expect(rows.map(({ line, known, fault }) => [line, known.leadId ?? fault?.reason])).toEqual([
      [2, 'bad_quotes'],
      [3, 'L2'],
      [4, 'L3'],
      [5, 'bad_quotes'],
      [6, 'L5'],
      [8, 'L6'],
      [9, 'bad_quotes'],
      [10, 'L8'],
    ])
    expect(rows[2]?.fields).toEqual({ note: '5" pipe' })
    expect(rows[4]?.fields).toEqual({ note: 'two\nlines' })
  }
})

test('a row that is too long is passed over, and the rows behind it are not', async () => {
  const long = 'x'.repeat(3 * MAX_ROW_BYTES)
  const rows = await read(`leadId,note\nL1,${long}\nL2,fine\nL3,"${long}\nL4,fine\n`)
  expect(rows.map(({ line, known, fault }) => [line, known.leadId ?? fault?.reason])).toEqual([
    [2, 'too_long'],
    [3, 'L2'],
    [4, 'bad_quotes'],
    [5, 'L4'],
  ])
})
