import { PayloadError } from '../../errors.ts'
import { type KnownColumn, knownColumns } from './import-row.ts'

/** What each column of a list is: one that we know, a field of the lead, or nothing (no name). */
export type Column = { known: KnownColumn } | { field: string } | undefined

export const MAX_FIELDS = 100
export const MAX_FIELD_NAME = 100

const byPlainName = new Map<string, KnownColumn>(knownColumns.map(name => [plain(name), name]))

/** `Lead ID`, `lead_id` and `LEADID` are one column. */
function plain(name: string): string {
  return name.toLowerCase().replace(/[\s_]/g, '')
}

export function columnOf(name: string): Column {
  const known = byPlainName.get(plain(name))
  if (known !== undefined) return { known }
  const field = name.trim()
  return field === '' ? undefined : { field }
}

const NEEDED =
  'the first line must name the columns: leadId is needed; phone, timezone, firstName, lastName and email are known, any other becomes a field of the lead'

/** @throws PayloadError when the first line is no header that we can use, with what it has to be */
export function columnsOf(header: readonly string[]): Column[] {
  const columns = header.map(columnOf)
  const found = header.slice(0, 10).map(name => JSON.stringify(name.trim().slice(0, 40)))
  if (!columns.some(column => column !== undefined && 'known' in column && column.known === 'leadId')) {
    throw new PayloadError(`${NEEDED}; it reads ${found.join(', ')}${header.length > 10 ? ', …' : ''}`, {
      code: 'NO_HEADER',
    })
  }
  const names = columns.flatMap(column => (column === undefined ? [] : 'known' in column ? column.known : column.field))
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw new PayloadError(`two columns are ${twice}: leave one`, { code: 'COLUMN_TWICE' })
  const fields = columns.flatMap(column => (column !== undefined && 'field' in column ? column.field : []))
  if (fields.length > MAX_FIELDS) {
    throw new PayloadError(`${fields.length} columns become fields: at most ${MAX_FIELDS} may`, {
      code: 'TOO_MANY_COLUMNS',
    })
  }
  const long = fields.find(field => field.length > MAX_FIELD_NAME)
  if (long !== undefined) {
    throw new PayloadError(`the column name ${long.slice(0, 40)}… is longer than ${MAX_FIELD_NAME} characters`, {
      code: 'COLUMN_NAME_TOO_LONG',
    })
  }
  return columns
}
