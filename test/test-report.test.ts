import { expect, test } from 'vitest'
import { readReport } from '../scripts/test-report.ts'

const file = (name: string, status: string, tests: Record<string, string>, message = '') => ({
  name: `/checkout/${name}`,
  status,
  message,
  assertionResults: Object.entries(tests).map(([fullName, result]) => ({ fullName, status: result })),
})
const report = (success: boolean, ...testResults: object[]) => JSON.stringify({ success, testResults })
const read = (text: string | undefined, exitCode: number | null) => readReport(text, exitCode, '/checkout')

test('what passed is counted', () => {
  const text = report(true, file('a.test.ts', 'passed', { one: 'passed', two: 'passed' }))
  expect(read(text, 0)).toEqual({ passed: 2, failures: [] })
})

test.each([
  ['a test that failed', file('a.test.ts', 'failed', { one: 'passed', two: 'failed' }), ['a.test.ts > two']],
  [
    'a test that was left out',
    file('a.test.ts', 'passed', { one: 'passed', two: 'skipped' }),
    ['a.test.ts > two (skipped)'],
  ],
  ['a test to be written', file('a.test.ts', 'passed', { one: 'passed', two: 'todo' }), ['a.test.ts > two (todo)']],
  [
    'a file that does not load',
    file('a.test.ts', 'failed', {}, 'Cannot find b.ts\n at c'),
    ['a.test.ts: Cannot find b.ts'],
  ],
  [
    'what failed after all tests',
    file('a.test.ts', 'failed', { one: 'passed' }, 'left open'),
    ['a.test.ts: left open'],
  ],
  ['a file without tests', file('a.test.ts', 'passed', {}), ['a.test.ts: no test in it']],
])('has failed: %s', (_name, result, failures) => {
  expect(read(report(false, result), 1).failures).toEqual(failures)
})

test.each([
  ['vitest that did not start', undefined, 1],
  ['vitest that was killed', undefined, null],
  ['half a report', '{"success":', 1],
  ['a run without tests', report(true), 0],
])('has failed: %s', (_name, text, exitCode) => {
  expect(read(text, exitCode)).toMatchObject({ passed: 0, failures: [expect.stringMatching(/^vitest: no /)] })
})

test('an error outside of every test is a failure', () => {
  const text = report(true, file('a.test.ts', 'passed', { one: 'passed' }))
  expect(read(text, 1)).toMatchObject({ passed: 1, failures: [expect.stringContaining('exit code 1')] })
})
