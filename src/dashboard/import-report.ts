import type { ImportDone, ImportView } from '../desk/imports.ts'
import { PayloadError, RejectedError } from '../errors.ts'
import { counted } from './counted.ts'
import { humanise, lookUp } from './words.ts'

export type ReportRow = ImportDone['report'][number]

/** Rows of a report that a page shows; all of them are in the file. */
export const ROWS_SHOWN = 200

/** What an import came to, or would come to, as a page tells it. */
export interface ReportModel {
  title: string
  /** More than the numbers say; empty where they say it all. */
  text: string
  isGood: boolean
  counts: { label: string; count: number; note: string }[]
  /** Of the rows that are known here, by reason, most first. */
  reasons: { label: string; count: number }[]
  rows: (ReportRow & { word: string })[]
  rejected: number
  /** The button that does what was tried; absent where there is nothing to do. */
  importLabel?: string
}

/** What an upload came to. */
export function uploadReport(done: ImportDone, isDryRun: boolean): ReportModel {
  const { accepted, duplicates, rejected, report, brokenBy } = done
  const told = reportParts({ accepted, duplicates, rejected }, report)
  if (brokenBy !== undefined) {
    // Of a file that is no list there is nothing to count.
    const counts = accepted + duplicates + rejected === 0 ? [] : told.counts
    return { ...told, counts, isGood: false, ...brokenWords(brokenBy, accepted, isDryRun) }
  }
  if (!isDryRun)
    return { ...told, isGood: true, title: `${counted(accepted, 'lead was', 'leads were')} imported`, text: '' }
  if (accepted === 0)
    return {
      ...told,
      isGood: false,
      title: 'Nothing of this file can be imported',
      text: nothingNew(duplicates, rejected),
    }
  return {
    ...told,
    isGood: true,
    title: `${counted(accepted, 'lead')} of this file can be imported`,
    text: 'Nothing has been imported yet.',
    importLabel: accepted === 1 ? 'Import this lead' : `Import these ${accepted.toLocaleString('en-US')} leads`,
  }
}

/** What an import of some time ago came to. */
export function pastReport(entry: ImportView, rows: readonly ReportRow[]): ReportModel {
  const { accepted, duplicates, rejected, endedEarly } = entry
  const told = reportParts({ accepted, duplicates, rejected }, rows)
  return {
    ...told,
    isGood: endedEarly !== true,
    title: `${counted(accepted, 'lead was', 'leads were')} imported`,
    text:
      endedEarly === true ? 'It ended before its last row. Sending the same file again adds only what is missing.' : '',
  }
}

/** The faulty rows that are known here, and their reasons. */
export function rowParts(rows: readonly ReportRow[]): Pick<ReportModel, 'reasons' | 'rows'> {
  const byReason = Map.groupBy(rows, ({ reason }) => reason)
  return {
    reasons: [...byReason]
      .map(([reason, of]) => ({ label: reasonWord(reason), count: of.length }))
      .sort((a, b) => b.count - a.count),
    rows: rows.slice(0, ROWS_SHOWN).map(row => ({ ...row, word: reasonWord(row.reason) })),
  }
}

function reportParts(
  { accepted, duplicates, rejected }: Pick<ImportDone, 'accepted' | 'duplicates' | 'rejected'>,
  rows: readonly ReportRow[],
): Pick<ReportModel, 'counts' | 'reasons' | 'rows' | 'rejected'> {
  return {
    counts: [
      { label: 'New leads', count: accepted, note: 'to be called' },
      { label: 'Duplicates', count: duplicates, note: 'in the file twice, or in this campaign already' },
      { label: 'Faulty rows', count: rejected, note: 'left out, each with its reason' },
    ],
    ...rowParts(rows),
    rejected,
  }
}

function nothingNew(duplicates: number, rejected: number): string {
  if (duplicates === 0 && rejected === 0) return 'It has a header line and no rows.'
  if (rejected === 0) return 'All of its leads are in this campaign already, or came earlier in the file.'
  return 'Mend the rows below and check the file again.'
}

function brokenWords(brokenBy: unknown, accepted: number, isDryRun: boolean): Pick<ReportModel, 'title' | 'text'> {
  const taken =
    isDryRun || accepted === 0
      ? 'Nothing was imported.'
      : `${counted(accepted, 'lead was', 'leads were')} imported. Send the same file again for the rest: leads that are in are duplicates then.`
  if (brokenBy instanceof PayloadError)
    return { title: 'This file cannot be read', text: `${sentence(brokenBy.message)} ${taken}` }
  if (brokenBy instanceof RejectedError)
    return { title: 'The campaign takes no leads any more', text: `${sentence(brokenBy.message)} ${taken}` }
  return {
    title: 'It could not be read to its end',
    text: `Something went wrong here, and the log says what. ${taken}`,
  }
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

const reasonWords: Record<string, string> = {
  missing: 'Missing',
  too_long: 'Too long',
  invalid_phone: 'No valid number',
  invalid_timezone: 'No time zone',
  no_timezone: 'Time zone not known',
  unknown_lead: 'Not known to the vendor',
  vendor_unavailable: 'Vendor could not be asked',
  in_progress: 'Being added by somebody else',
  not_utf8: 'Not UTF-8',
  not_text: 'Not text',
  bad_quotes: 'Broken quotes',
  too_many_values: 'Too many values',
  not_json: 'Not JSON',
  bad_value: 'Not a fitting value',
}

const reasonWord = (reason: string) => lookUp(reasonWords, reason) ?? humanise(reason)
