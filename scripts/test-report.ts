import { relative } from 'node:path'
import { z } from 'zod'

/** What was counted, and every failure by name. */
export interface Tally {
  passed: number
  failures: string[]
}

/** As much of vitest's JSON report as is counted. */
const Report = z.object({
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })),
    }),
  ),
})

/**
 * Counts a report of vitest. Whatever did not pass has failed: also a test that was left out, a file that could not be
 * loaded or that failed after its tests, and a run that ended badly, or without a report, for no fault of a test's.
 * @param text `undefined` when there is no report
 * @param root paths are shown from here
 */
export function readReport(text: string | undefined, exitCode: number | null, root: string): Tally {
  const report = parse(text)
  if (report === undefined) return { passed: 0, failures: [`vitest: no report (exit code ${exitCode})`] }
  const tally: Tally = { passed: 0, failures: [] }
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = relative(root, name)
    const failed = assertionResults.filter(test => test.status !== 'passed')
    tally.passed += assertionResults.length - failed.length
    for (const test of failed) {
      tally.failures.push(`${file} > ${test.fullName}${test.status === 'failed' ? '' : ` (${test.status})`}`)
    }
    if (status !== 'passed' && failed.length === 0) {
      tally.failures.push(`${file}: ${message?.split('\n')[0] || 'it could not be run'}`)
    }
    if (status === 'passed' && assertionResults.length === 0) tally.failures.push(`${file}: no test in it`)
  }
  const isExplained = tally.failures.length > 0
  if (!isExplained && tally.passed === 0) tally.failures.push('vitest: no tests')
  else if (!isExplained && (exitCode !== 0 || !report.success)) {
    tally.failures.push(`vitest: exit code ${exitCode} though every test passed; see the errors above`)
  }
  return tally
}

function parse(text: string | undefined): z.infer<typeof Report> | undefined {
  try {
    return Report.parse(JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}
