import { isUtf8 } from 'node:buffer'
import { CsvError, parse } from 'csv-parse/sync'
import { PayloadError } from '../../errors.ts'
import type { Column, Header } from './columns.ts'
import { type ImportRow, rowFault, unreadable } from './import-row.ts'
import { MAX_ROW_BYTES, RowSplitter, type SplitRow } from './row-splitter.ts'
import { textOf } from './text-head.ts'

const LF = 0x0a

/** What may stand between values; the header says which it is. */
const delimiters = [',', ';', '\t'] as const

/**
 * The rows of a CSV file, some at a time, each with its physical line. Rows are cut here and their values taken apart
 * by csv-parse: that library counts records, not lines, and one broken quote would end the whole file.
 * @param readHeader what the columns are, by the first line
 * @throws PayloadError when the file is no text, is empty or has no header
 */
export async function* csvRows(
  body: AsyncIterable<Buffer>,
  readHeader: (line: readonly string[]) => Header,
): AsyncGenerator<ImportRow[]> {
  let head: Buffer = Buffer.alloc(0)
  let reader: ((rows: readonly SplitRow[]) => ImportRow[]) | undefined
  let splitter: RowSplitter | undefined
  for await (const chunk of textOf(body)) {
    if (splitter === undefined) {
      head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
      // The delimiter is told by the first line, and rows cannot be cut before it is known.
      const start = head.findIndex(byte => byte > 0x20)
      if (start < 0 || head.indexOf(LF, start) < 0) {
        if (head.length > MAX_ROW_BYTES) throw noHeader('no line ends within the first 256 kB')
        continue
      }
    }
    const rows: SplitRow[] = splitter === undefined ? [] : splitter.push(chunk)
    if (splitter === undefined) {
      const delimiter = delimiterOf(head)
      splitter = new RowSplitter(delimiter.charCodeAt(0))
      rows.push(...splitter.push(head))
      reader = createReader(delimiter, readHeader)
    }
    yield reader?.(rows) ?? []
  }
  if (splitter !== undefined && reader !== undefined) {
    yield reader(splitter.end())
    return
  }
  if (head.toString('utf8').trim() === '') throw noHeader('no line has anything on it')
  const delimiter = delimiterOf(head)
  const whole = new RowSplitter(delimiter.charCodeAt(0))
  yield createReader(delimiter, readHeader)([...whole.push(head), ...whole.end()])
}

function noHeader(why: string): PayloadError {
  return new PayloadError(`there is no header line: ${why}`, { code: 'NO_HEADER' })
}

/** The delimiter that the first line has most of, outside quotes. */
function delimiterOf(head: Buffer): string {
  const [line = ''] = head.toString('utf8').trimStart().split('\n', 1)
  const bare = line.replace(/"[^"]*"/g, '')
  const counted = delimiters.map(delimiter => ({ delimiter, count: bare.split(delimiter).length }))
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter
}

/** Reads batches of rows; the first row of the first batch says what the columns are. */
function createReader(delimiter: string, readHeader: (line: readonly string[]) => Header) {
  let columns: readonly Column[] | undefined
  return (rows: readonly SplitRow[]): ImportRow[] => {
    const texts = rows.map(textOfRow)
    const records = recordsOf(texts, delimiter)
    return rows.flatMap((row, index): ImportRow[] => {
      const record = records[index]
      if (record === undefined) return []
      if (columns !== undefined) return rowOf(row.line, record, columns)
      if ('fault' in record) throw noHeader(record.fault.fault?.fix ?? 'the first line cannot be read')
      if (record.values.every(value => value.trim() === '')) return []
      const header = readHeader(record.values)
      columns = header.columns
      return header.isRow ? rowOf(row.line, record, columns) : []
    })
  }
}

type Text = { line: number; text: string } | { fault: ImportRow }
type Values = { values: readonly string[] } | { fault: ImportRow }

function textOfRow({ line, bytes, fault }: SplitRow): Text {
  const shown = () => bytes.subarray(0, 120).toString('utf8')
  if (fault === 'too_long') {
    return { fault: unreadable(line, shown(), 'too_long', 'a row may have 256 kB: is a line break missing?') }
  }
  if (fault === 'bad_quotes') return { fault: badQuotes(line, shown()) }
  if (!isUtf8(bytes)) return { fault: unreadable(line, shown(), 'not_utf8', 'save the file as UTF-8') }
  if (bytes.includes(0)) return { fault: unreadable(line, '', 'not_text', 'the row holds bytes that are no text') }
  return { line, text: bytes.toString('utf8') }
}

function badQuotes(line: number, text: string): ImportRow {
  const fix = 'put the whole value in double quotes and double each quote inside it'
  return unreadable(line, text, 'bad_quotes', fix)
}

/**
 * The values of each row; blank rows have none. Where nothing is quoted a delimiter ends a value and means nothing else;
 * all other rows are parsed in one go, and one by one only where that fails.
 */
function recordsOf(texts: readonly Text[], delimiter: string): (Values | undefined)[] {
  const readable = texts.flatMap(text => ('text' in text && text.text.includes('"') ? [text] : []))
  let parsed: readonly (Values | undefined)[]
  try {
    parsed =
      readable.length === 0
        ? []
        : parseRows(readable.map(({ text }) => text).join('\n'), delimiter).map(values => ({ values }))
    if (parsed.length !== readable.length) throw new CsvError('CSV_INVALID_ARGUMENT', 'rows were joined')
  } catch {
    parsed = readable.map(row => parseAlone(row, delimiter))
  }
  let next = 0
  return texts.map(text => {
    if ('fault' in text) return text
    if (text.text.includes('"')) return parsed[next++]
    return text.text.trim() === '' ? undefined : { values: text.text.split(delimiter) }
  })
}

function parseAlone({ line, text }: { line: number; text: string }, delimiter: string): Values {
  try {
    const [values, ...others] = parseRows(text, delimiter)
    if (values !== undefined && others.length === 0) return { values }
  } catch {
    // What csv-parse found wrong is told in our own words.
  }
  return { fault: badQuotes(line, text) }
}

function parseRows(text: string, delimiter: string): string[][] {
  return parse(text, { delimiter, relax_column_count: true, relax_quotes: true, record_delimiter: ['\r\n', '\n'] })
}

function rowOf(line: number, record: Values, columns: readonly Column[]): ImportRow[] {
  if ('fault' in record) return [record.fault]
  const row: ImportRow = { line, known: {}, fields: {} }
  for (const [index, raw] of record.values.entries()) {
    const value = raw.trim()
    if (value === '') continue
    const column = columns[index]
    if (column === undefined) {
      const fix = 'this value stands under no column name: name the column, or quote a value that holds the delimiter'
      row.fault ??= rowFault('', value, 'too_many_values', fix)
    } else if ('known' in column) {
      row.known[column.known] = value
    } else {
      row.fields[column.field] = value
    }
  }
  const isBlank = record.values.every(value => value.trim() === '')
  return isBlank ? [] : [row]
}
