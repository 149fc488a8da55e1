import { stringify } from 'csv-stringify/sync'

/** What a cell may hold. Text comes from outside and is made harmless; a plain value is one that we made ourselves. */
export type Cell = string | { plain: string | number | boolean | undefined }

/** Spreadsheets take a cell that begins like this for a formula (OWASP, "CSV Injection"). */
const FORMULA = /^[=+\-@\t\r]/

/**
 * Rows as CSV (RFC 4180, CRLF). A text that a spreadsheet would run gets a `'` in front, which shows it as it is.
 * Numbers in E.164 and our own ids and times are plain: `+` and digits compute to nothing harmful, and a list that is
 * exported must be fit to be imported again.
 */
export function csvText(rows: readonly (readonly Cell[])[]): string {
  const cells = rows.map(row => row.map(cell => (typeof cell === 'string' ? harmless(cell) : String(cell.plain ?? ''))))
  return stringify(cells, { record_delimiter: 'windows' })
}

function harmless(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text
}
