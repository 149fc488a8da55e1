import type { Command } from 'commander'
import { ImportAnswer, type ReportRow } from './answers.ts'
import { type Client, createClient, understand } from './client.ts'
import { EXIT_INTERRUPTED, Failure } from './failure.ts'
import { bytesText, countOf, countText } from './figures.ts'
import { writeReport } from './import-report.ts'
import type { ListFile, ListFormat } from './list-file.ts'
import { createProgress } from './progress.ts'
import { sayJson } from './screen.ts'
import type { Shell } from './shell.ts'
import { createTable } from './table.ts'
import { upload } from './upload.ts'

/** Options of every import. */
export interface ImportOptions {
  dryRun?: true
  report?: string
  strict?: true
  json?: true
}

export function addImportOptions(command: Command): Command {
  return command
    .option('--dry-run', 'check every line, take nothing')
    .option('--report <file.csv>', 'write every rejected line with its reason and mend into this file')
    .option('--strict', 'end with 1 where a line was rejected; otherwise only what went wrong as a whole does')
    .option('--json', "the API's own JSON")
}

const LF = 0x0a

/** Faults on the screen; whoever has more wants a file. */
const SHOWN_FAULTS = 20

/** What the service is told beside the list. */
type Flags = Readonly<Record<string, true | undefined>>

/** Sends a list and says what became of its lines. */
export async function importList(
  shell: Shell,
  { path, flags, list }: { path: string; flags: Flags; list: ListFile },
  options: ImportOptions,
): Promise<void> {
  const client = createClient(shell)
  const text = await send(shell, client, `${path}${flagsOf(flags)}`, list)
  const answer = understand(ImportAnswer, text, client.settings.url)
  if (options.json) sayJson(shell.out, text)
  else tell(shell, answer, options)
  if (options.report !== undefined) await writeReport(shell, client, answer, options.report)
  if (options.strict && answer.rejected > 0)
    throw new Failure(`${countOf(answer.rejected, 'line')} rejected (--strict)`)
}

function flagsOf(flags: Flags): string {
  const set = Object.entries(flags).flatMap(([name, isSet]) => (isSet ? [`${name}=true`] : []))
  return set.length === 0 ? '' : `?${set.join('&')}`
}

const contentTypes: Record<ListFormat, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

async function send({ err, clock, stop }: Shell, client: Client, path: string, list: ListFile): Promise<string> {
  const progress = createProgress(err, clock, 'Importing')
  const { bytes: totalBytes, format } = list
  let bytes = 0
  let lines = 0
  let isLineOpen = false
  async function* counted() {
    for await (const chunk of list.content) {
      yield chunk
      isLineOpen = chunk.at(-1) !== LF
      bytes += chunk.length
      for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) lines += 1
      progress.show({ bytes, totalBytes, notes: [countOf(lines, 'line')] })
    }
    if (isLineOpen) lines += 1
  }
  try {
    return await upload(client.settings, path, {
      contentType: contentTypes[format],
      body: counted(),
      stop,
      onSent: () => progress.wait(`${countOf(lines, 'line')} (${bytesText(bytes)}) sent, waiting for the answer`),
    })
  } catch (error) {
    if (!stop.aborted) throw error
    throw new Failure('stopped: what was sent so far may have been taken', {
      mend: 'import the list again for the rest; what is there already counts as a duplicate',
      exitCode: EXIT_INTERRUPTED,
    })
  } finally {
    progress.end()
  }
}

function tell({ out, err }: Shell, answer: ImportAnswer, { dryRun, report: file }: ImportOptions): void {
  const { accepted, duplicates, rejected, report } = answer
  const parts = [
    out.paint('green', `${countText(accepted)} accepted`),
    countOf(duplicates, 'duplicate'),
    rejected === 0 ? '0 rejected' : out.paint('red', `${countText(rejected)} rejected`),
  ]
  out.say(`${parts.join(', ')}${dryRun ? ' (dry run: nothing was taken)' : ''}`)
  if (report.length === 0) return
  out.say()
  createTable<ReportRow>(out, [
    { title: 'LINE', of: ({ line }) => line, align: 'right' },
    { title: 'COLUMN', of: ({ column }) => column },
    { title: 'VALUE', of: ({ value }) => value, shrinks: true },
    { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
    { title: 'FIX', of: ({ fix }) => fix, shrinks: true },
  ]).add(report.slice(0, SHOWN_FAULTS))
  const more = rejected - Math.min(report.length, SHOWN_FAULTS)
  if (more > 0 && file === undefined) err.say(`… and ${countText(more)} more: --report <file.csv> writes them down`)
}
