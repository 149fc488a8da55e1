import { z } from 'zod'

/** What was wrong with a row of a list. */
export const ReportRow = z.object({
  line: z.number(),
  column: z.string(),
  value: z.string(),
  reason: z.string(),
  fix: z.string(),
})

const counts = { accepted: z.number(), duplicates: z.number(), rejected: z.number() }

export const ImportAnswer = z
  .object({
    ...counts,
    report: z.array(ReportRow).meta({ description: 'the first thousand faults, by line' }),
    reportUrl: z.string().optional().meta({ description: 'the whole report as CSV, for a day' }),
  })
  .meta({ id: 'ImportAnswer' })

/** Of a list of numbers. */
export const SuppressionImport = z.object({ ...counts, report: z.array(ReportRow) })
