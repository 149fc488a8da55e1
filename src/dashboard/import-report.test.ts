import { describe, expect, test } from 'vitest'
import type { ImportDone } from '../desk/imports.ts'
import { PayloadError, RejectedError } from '../errors.ts'
import { pastReport, uploadReport } from './import-report.ts'

const row = (line: number, reason: ImportDone['report'][number]['reason']) => ({
  line,
  column: 'phone',
  value: '12',
  reason,
  fix: 'write the whole number',
})
const done = (more: Partial<ImportDone> = {}): ImportDone => ({
  importId: 'a1',
  accepted: 3,
  duplicates: 1,
  rejected: 2,
  report: [row(2, 'invalid_phone'), row(5, 'invalid_phone')],
  isKept: false,
  ...more,
})

test('a try says what would be imported, and offers just that', () => {
  expect(uploadReport(done(), true)).toMatchObject({
    title: '3 leads of this file can be imported',
    text: 'Nothing has been imported yet.',
    importLabel: 'Import these 3 leads',
    isGood: true,
    reasons: [{ label: 'No valid number', count: 2 }],
  })
  expect(uploadReport(done({ accepted: 1 }), true).importLabel).toBe('Import this lead')
})

describe('a try that found nothing new', () => {
  test.each([
    [{ duplicates: 4, rejected: 0 }, 'All of its leads are in this campaign already, or came earlier in the file.'],
    [{ duplicates: 0, rejected: 0 }, 'It has a header line and no rows.'],
    [{ duplicates: 0, rejected: 2 }, 'Mend the rows below and check the file again.'],
  ])('%j', (counts, text) => {
    const report = uploadReport(done({ accepted: 0, ...counts }), true)
    expect(report).toMatchObject({ title: 'Nothing of this file can be imported', text, isGood: false })
    expect(report).not.toHaveProperty('importLabel')
  })
})

test('an import says what was imported, and offers nothing more', () => {
  const report = uploadReport(done(), false)
  expect(report).toMatchObject({ title: '3 leads were imported', text: '', isGood: true })
  expect(report).not.toHaveProperty('importLabel')
})

test('whatever ended it early, it says how much was taken', () => {
  const refused = new PayloadError('the file is no text: send CSV or NDJSON in UTF-8', { code: 'NOT_TEXT' })
  const nothing = { accepted: 0, duplicates: 0, rejected: 0, report: [] }
  expect(uploadReport(done({ ...nothing, brokenBy: refused }), true)).toMatchObject({
    title: 'This file cannot be read',
    text: 'The file is no text: send CSV or NDJSON in UTF-8. Nothing was imported.',
    counts: [],
    isGood: false,
  })
  const closed = new RejectedError('the campaign was cancelled while its leads came in', { code: 'CAMPAIGN_CLOSED' })
  expect(uploadReport(done({ brokenBy: closed }), false).text).toBe(
    'The campaign was cancelled while its leads came in. 3 leads were imported. Send the same file again for the rest: leads that are in are duplicates then.',
  )
  expect(uploadReport(done({ brokenBy: new Error('ECONNRESET') }), false).text).not.toContain('ECONNRESET')
})

test('a page shows the first rows of a long report and says how many there are', () => {
  const report = Array.from({ length: 1_000 }, (_, index) => row(index + 2, index % 4 === 0 ? 'missing' : 'bad_quotes'))
  const { rows, reasons, rejected } = uploadReport(done({ report, rejected: 2_345 }), true)
  expect(rows).toHaveLength(200)
  expect(rejected).toBe(2_345)
  expect(reasons).toEqual([
    { label: 'Broken quotes', count: 750 },
    { label: 'Missing', count: 250 },
  ])
})

test('an import of yesterday tells the same', () => {
  const entry = {
    importId: 'a1',
    at: '2026-11-20T10:00:00.000Z',
    by: 'otto',
    accepted: 3,
    duplicates: 1,
    rejected: 2,
    reported: 2,
  }
  expect(pastReport(entry, done().report)).toMatchObject({ title: '3 leads were imported', text: '' })
  expect(pastReport({ ...entry, endedEarly: true }, []).text).toContain('Sending the same file again')
})
