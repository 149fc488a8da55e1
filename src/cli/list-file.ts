import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Failure } from './failure.ts'
import { pathIn, type Shell } from './shell.ts'

export type ListFormat = 'csv' | 'ndjson'

/** What a list is of, for what is said about it. */
export interface ListOf {
  /** A line of it. */
  row: 'lead' | 'number'
  /** What takes it. */
  command: string
}

/** A list, about to be sent. */
export interface ListFile {
  format: ListFormat
  /** Absent where it comes through a pipe. */
  bytes: number | undefined
  content: AsyncIterable<Buffer>
}

/**
 * Opens a file, or with `-` what is piped in, and looks at its beginning.
 * @param format where it is known; otherwise a list whose first character is `{` is NDJSON
 * @throws Failure for what cannot be read, or is surely no list
 */
export async function openList(
  shell: Shell,
  typed: string,
  format: ListFormat | undefined,
  { row, command }: ListOf,
): Promise<ListFile> {
  const shown = typed === '-' ? 'what was piped in' : typed
  const bytes = typed === '-' ? undefined : await sizeOf(pathIn(shell, typed), typed)
  const stream = typed === '-' ? shell.input : createReadStream(pathIn(shell, typed))
  if (typed === '-' && shell.input.isTTY) shell.err.say('Type or paste the list; Ctrl-D ends it.')
  const chunks = readable(stream as AsyncIterable<Buffer>, typed)
  const first = await chunks.next()
  if (first.done === true || first.value.length === 0) {
    throw new Failure(`${shown} is empty`, { mend: `the first line names the columns, each line after it is a ${row}` })
  }
  refuseOthers(first.value, shown, typed, command)
  return { format: format ?? formatOf(first.value), bytes, content: joined(first.value, chunks) }
}

async function sizeOf(path: string, typed: string): Promise<number | undefined> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) throw new Failure(`${typed} is a folder`, { mend: 'name the CSV or NDJSON file in it' })
    return found.isFile() ? found.size : undefined
  } catch (error) {
    throw explain(error, typed)
  }
}

async function* readable(stream: AsyncIterable<Buffer>, typed: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of stream) yield Buffer.from(chunk)
  } catch (error) {
    throw explain(error, typed)
  }
}

function explain(error: unknown, typed: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new Failure(`there is no file ${typed}`, {
      mend: 'is its name right, and the folder you are in?',
      cause: error,
    })
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new Failure(`${typed} may not be read by you`, { mend: 'change its permissions', cause: error })
  }
  return error
}

async function* joined(first: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}

/** What files are that are often taken for lists, by their first bytes. */
const others: readonly { bytes: readonly number[]; is: string; mend: (typed: string, command: string) => string }[] = [
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    is: 'a spreadsheet (or another archive)',
    mend: () => 'open it and save it as CSV UTF-8, then import that',
  },
  {
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    is: 'an old spreadsheet',
    mend: () => 'open it and save it as CSV UTF-8, then import that',
  },
  {
    bytes: [0x1f, 0x8b],
    is: 'compressed',
    mend: (typed, command) => `gunzip -c ${typed} | aftercall ${command} -`,
  },
  { bytes: [0xff, 0xfe], is: 'UTF-16 text', mend: () => 'save it as CSV UTF-8' },
  { bytes: [0xfe, 0xff], is: 'UTF-16 text', mend: () => 'save it as CSV UTF-8' },
]

function refuseOthers(start: Buffer, shown: string, typed: string, command: string): void {
  const other = others.find(({ bytes }) => start.subarray(0, bytes.length).equals(Buffer.from(bytes)))
  if (other !== undefined)
    throw new Failure(`${shown} is ${other.is}, not CSV or NDJSON`, { mend: other.mend(typed, command) })
  if (start.includes(0)) {
    throw new Failure(`${shown} is no text`, { mend: 'a list is CSV or NDJSON in UTF-8' })
  }
}

/** A header of a CSV file never begins with a brace, a lead in JSON always does. */
function formatOf(start: Buffer): ListFormat {
  const head = start
    .subarray(0, 4096)
    .toString('utf8')
    .replace(/^\ufeff/, '')
  return head.trimStart().startsWith('{') ? 'ndjson' : 'csv'
}
