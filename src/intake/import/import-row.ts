/** Columns with a meaning of their own; every other column becomes one of the lead's `fields`. */
export const knownColumns = ['leadId', 'phone', 'timezone', 'firstName', 'lastName', 'email'] as const
export type KnownColumn = (typeof knownColumns)[number]

/** What LeadSail asks of somebody it does not know (`POST /leads`), beside the campaign. */
export const neededToCreate = ['phone', 'firstName', 'lastName', 'email'] as const satisfies readonly KnownColumn[]

/** Why a row was not taken, in words for whoever keeps the list. */
export interface RowFault {
  /** The canonical name of the column, or `''` where the row as a whole is meant. */
  column: string
  /** What stood there, shortened. Personal data. */
  value: string
  reason: RowReason
  /** What to write instead. */
  fix: string
}

export const rowReasons = [
  'missing',
  'too_long',
  'invalid_phone',
  'invalid_timezone',
  'no_timezone',
  'unknown_lead',
  'vendor_unavailable',
  'in_progress',
  'not_utf8',
  'not_text',
  'bad_quotes',
  'too_many_values',
  'not_json',
  'bad_value',
] as const
export type RowReason = (typeof rowReasons)[number]

/** One row of a list as it was read, nothing checked yet. */
export interface ImportRow {
  /** The physical line on which it begins, from 1; the header of a CSV file is line 1. */
  line: number
  known: Partial<Record<KnownColumn, string>>
  fields: Record<string, string>
  /** The row could not even be read. */
  fault?: RowFault
}

/** A row of the report. */
export interface ReportRow extends RowFault {
  line: number
}

const MAX_SHOWN = 100

export function rowFault(column: string, value: string, reason: RowReason, fix: string): RowFault {
  return { column, value: value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN - 1)}…` : value, reason, fix }
}

/** A row that could not be read. */
export function unreadable(line: number, value: string, reason: RowReason, fix: string): ImportRow {
  return { line, known: {}, fields: {}, fault: rowFault('', value, reason, fix) }
}
