import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { type Answer, API, type Client, type Query } from './client.ts'
import { plainText } from './plain-text.ts'
import { type Screen, sayJson } from './screen.ts'
import { type Column, createTable } from './table.ts'

/** Options of every list. */
export interface ListOptions {
  json?: true
  all?: true
  limit: number
  cursor?: string
}

/** The API hands out at most so many at once. */
const MAX_PAGE = 1_000
const DEFAULT_LIMIT = 50

export function addListOptions(command: Command): Command {
  return command
    .option('--limit <n>', 'how many, newest first where they have a time', parseCount, DEFAULT_LIMIT)
    .option('--all', 'every one there is')
    .option('--cursor <cursor>', 'go on from the nextCursor of an earlier answer')
    .option('--json', "the API's own JSON")
}

/** A whole number from 1. */
export function parseCount(text: string): number {
  const count = Number(text)
  if (!/^\d{1,9}$/.test(text) || count < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return count
}

export interface List<Row> {
  /** Below `/api/v1`, and what the rows are called in the answer. */
  path: string
  noun: string
  query?: Query
  row: z.ZodType<Row>
  columns: readonly Column<Row>[]
  /** Said where there is none. */
  none: string
  /** What there is to say about rows besides, below the table. */
  remarks?(rows: readonly Row[]): string[]
}

/** Prints a list as a table, or as the API's JSON; what is too long for one answer follows its cursors. */
export async function printList<Row>(
  { out, err }: { out: Screen; err: Screen },
  client: Client,
  list: List<Row>,
  options: ListOptions,
): Promise<void> {
  if (options.json === true) return printJson(out, client, list, options)
  const table = createTable(out, list.columns)
  const Rows = z.object({ [list.noun]: z.array(list.row) })
  const remarks: string[] = []
  let count = 0
  for await (const { answer, next, isLast } of pages(client, list, options)) {
    const { [list.noun]: rows = [] } = answer.read(Rows)
    table.add(rows)
    remarks.push(...(list.remarks?.(rows) ?? []))
    count += rows.length
    if (!isLast) continue
    if (count === 0) err.say(list.none)
    for (const remark of remarks) err.say(err.paint('dim', plainText(remark)))
    if (next !== undefined) err.say(err.paint('dim', `There are more: --all, or a --limit beyond ${options.limit}.`))
  }
}

/** One answer is printed as it came. Several become one, page by page: a million rows need no more memory than one page. */
async function printJson<Row>(out: Screen, client: Client, list: List<Row>, options: ListOptions): Promise<void> {
  const { noun } = list
  const isOneAnswer = options.all !== true && options.limit <= MAX_PAGE
  let count = 0
  let isBegun = false
  for await (const { answer, rows, rest, next, isLast } of pages(client, list, options)) {
    if (isOneAnswer) return sayJson(out, answer.text)
    if (!isBegun) out.stream.write(`${JSON.stringify({ ...rest, [noun]: [] }).slice(0, -']}'.length)}`)
    isBegun = true
    for (const row of rows) {
      out.stream.write(`${count === 0 ? '' : ','}${JSON.stringify(row)}`)
      count += 1
    }
    if (isLast) out.say(`]${next === undefined ? '' : `,"nextCursor":${JSON.stringify(next)}`}}`)
  }
}

interface Page {
  answer: Answer
  rows: unknown[]
  /** What else it says. */
  rest: Record<string, unknown>
  next: string | undefined
  isLast: boolean
}

async function* pages<Row>(
  client: Client,
  { path, noun, query = {} }: List<Row>,
  { all, limit, cursor: first }: ListOptions,
): AsyncGenerator<Page> {
  const Rows = z.object({ [noun]: z.array(z.unknown()) })
  const Rest = z.looseObject({ nextCursor: z.string().optional() })
  let left = all === true ? Number.POSITIVE_INFINITY : limit
  let cursor = first
  for (;;) {
    const answer = await client.get(`${API}${path}`, { ...query, limit: Math.min(left, MAX_PAGE), cursor })
    const { [noun]: rows = [] } = answer.read(Rows)
    const { [noun]: _, nextCursor: next, ...rest } = answer.read(Rest)
    left -= rows.length
    const isLast = next === undefined || left <= 0
    yield { answer, rows, rest, next, isLast }
    if (isLast) return
    cursor = next
  }
}
