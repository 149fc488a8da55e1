import type { ImportAnswer } from './answers.ts'
import { API, type Client } from './client.ts'
import { Failure } from './failure.ts'
import { countOf, countText } from './figures.ts'
import { pathIn, type Shell } from './shell.ts'
import { writeWhole } from './whole-file.ts'

/**
 * Every rejected line of an import into a CSV file: from the service where it keeps more than it answered with.
 * @param file as it was typed
 */
export async function writeReport(
  shell: Shell,
  client: Client,
  { rejected, report, reportUrl }: ImportAnswer,
  file: string,
): Promise<void> {
  const path = pathIn(shell, file)
  if (reportUrl === undefined) {
    const { csvText } = await import('../desk/csv.ts')
    await writeWhole(path, file, [csvText(rows(report))])
    const left = rejected - report.length
    const rest = left > 0 ? ` (the first ${countText(report.length)} of them: no more are kept)` : ''
    shell.err.say(`${file}: ${countOf(rejected, 'rejected line')}${rest}`)
    return
  }
  // The key goes to the service and to nobody else, whatever an answer says.
  if (!reportUrl.startsWith(`${API}/`)) throw new Failure(`the report lies elsewhere: ${reportUrl}`)
  await writeWhole(path, file, await client.download(reportUrl))
  shell.err.say(`${file}: the rejected lines that the service has kept, of ${countText(rejected)}`)
}

function rows(report: ImportAnswer['report']) {
  return [
    ['line', 'column', 'value', 'reason', 'fix'],
    ...report.map(({ line, column, value, reason, fix }) => [
      { plain: line },
      column,
      value,
      { plain: reason },
      { plain: fix },
    ]),
  ]
}
