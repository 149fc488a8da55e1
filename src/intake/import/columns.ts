import { PayloadError } from '../../errors.ts'
import { type KnownColumn, knownColumns, neededToCreate } from './import-row.ts'

/** What each column of a list is: one that we know, a field of the lead, or nothing (no name). */
export type Column = { known: KnownColumn } | { field: string } | undefined

/** The columns of a list. Where its first line names none, that line is a row like the others. */
export interface Header {
  columns: Column[]
  isRow?: true
}

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
  'the first line must name the columns: leadId is needed, unless the list is sent with createLeads=true for people the vendor does not know yet; phone, timezone, firstName, lastName and email are known, any other becomes a field of the lead'
const NEEDED_TO_CREATE = `the first line must name the columns: with createLeads=true ${list(neededToCreate)} are needed, or leadId for leads the vendor knows; timezone is known, any other becomes a field of the lead`

function list(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/**
 * What each column is, by the header.
 * @param createLeads rows may have no leadId
 * @throws PayloadError when the first line is no header that we can use, with what it has to be
 */
export function columnsOf(header: readonly string[], createLeads: boolean): Column[] {
  if (header.some(name => name.trim().includes('\r'))) {
    const mend = 'save it with LF or CRLF line ends, as "CSV UTF-8"'
    throw new PayloadError(`its lines end with CR alone, as old Macintosh files do: ${mend}`, { code: 'LINE_ENDS' })
  }
  const columns = header.map(columnOf)
  const found = header.slice(0, 10).map(name => JSON.stringify(name.trim().slice(0, 40)))
  const known = new Set(columns.flatMap(column => (column !== undefined && 'known' in column ? column.known : [])))
  const mayCreate = createLeads && neededToCreate.every(name => known.has(name))
  if (!known.has('leadId') && !mayCreate) {
    const needed = createLeads ? NEEDED_TO_CREATE : NEEDED
    throw new PayloadError(`${needed}; it reads ${found.join(', ')}${header.length > 10 ? ', …' : ''}`, {
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
