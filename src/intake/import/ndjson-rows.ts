import { isUtf8 } from 'node:buffer'
import { columnOf, MAX_FIELDS } from './columns.ts'
import { type ImportRow, rowFault, unreadable } from './import-row.ts'
import { RowSplitter, type SplitRow } from './row-splitter.ts'
import { textOf } from './text-head.ts'

/**
 * The rows of an NDJSON file, one object a line, some at a time. Keys are columns; `fields` may hold further ones.
 * @throws PayloadError when the file is no text or empty
 */
export async function* ndjsonRows(body: AsyncIterable<Buffer>): AsyncGenerator<ImportRow[]> {
  const splitter = new RowSplitter()
  for await (const chunk of textOf(body)) yield splitter.push(chunk).flatMap(readRow)
  yield splitter.end().flatMap(readRow)
}

function readRow({ line, bytes, fault }: SplitRow): ImportRow[] {
  const text = bytes.toString('utf8')
  if (fault !== undefined) return [unreadable(line, text.slice(0, 120), 'too_long', 'a row may have 256 kB')]
  if (!isUtf8(bytes)) return [unreadable(line, text, 'not_utf8', 'save the file as UTF-8')]
  if (text.trim() === '') return []
  let object: unknown
  try {
    object = JSON.parse(text)
  } catch {
    // Told below: whatever is wrong with it, it is not one object.
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) {
    return [unreadable(line, text, 'not_json', 'write one JSON object on each line')]
  }
  const row: ImportRow = { line, known: {}, fields: {} }
  for (const [key, value] of Object.entries(object)) {
    const column = columnOf(key)
    if (key === 'fields' && typeof value === 'object' && value !== null && !Array.isArray(value)) {
      for (const [name, inner] of Object.entries(value)) put(row, { field: name }, inner, text)
    } else if (column !== undefined) {
      put(row, column, value, text)
    }
  }
  const count = Object.keys(row.fields).length
  if (count > MAX_FIELDS) row.fault ??= rowFault('', `${count} fields`, 'too_long', `at most ${MAX_FIELDS} fields`)
  return [row]
}

function put(row: ImportRow, column: NonNullable<ReturnType<typeof columnOf>>, value: unknown, raw: string): void {
  if (value === null || value === '') return
  const name = 'known' in column ? column.known : column.field
  if (typeof value === 'object') {
    row.fault ??= rowFault(name, JSON.stringify(value), 'bad_value', 'write a text, a number, true or false')
    return
  }
  // A number that was written as 1.2E+10 has lost its digits, though it reads like one that has not.
  const text = typeof value === 'number' ? asWritten(raw, value) : String(value).trim()
  if ('known' in column) row.known[column.known] = text
  else row.fields[column.field] = text
}

function asWritten(raw: string, value: number): string {
  const written = raw.match(/-?\d+(?:\.\d+)?[eE][+-]?\d+/g)?.find(text => Number(text) === value)
  return written ?? String(value)
}
