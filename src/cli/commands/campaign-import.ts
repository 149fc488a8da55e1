import { type Command, Option } from 'commander'
import { apiPath } from '../client.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { addImportOptions, type ImportOptions, importList } from '../import-list.ts'
import { type ListFormat, openList } from '../list-file.ts'
import type { Shell } from '../shell.ts'

interface Options extends ImportOptions {
  campaign?: string
  format?: ListFormat
  createLeads?: true
}

/** `campaign import <campaign> <file>`. */
export function addCampaignImport(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('import')
    .description('take a list of leads into a campaign: CSV or NDJSON of any size')
    .usage('[options] <campaign> <file>\n       aftercall campaign import [options] --campaign <campaign> <file>')
    .argument('<campaign-or-file>', 'the campaign; with --campaign the file')
    .argument('[file]', 'the file, or - for what is piped in')
    .option('--campaign <id>', 'the campaign')
    .addOption(
      new Option('--format <format>', 'what the file is, where its beginning does not show it').choices([
        'csv',
        'ndjson',
      ]),
    )
    .option('--create-leads', 'make leads at the vendor for lines without a leadId')
  addImportOptions(command)
  addExamples(
    command,
    [
      'campaign import roof-quotes leads.csv --dry-run',
      'campaign import roof-quotes leads.csv --report rejected.csv',
      '$ zcat leads.csv.gz | aftercall campaign import roof-quotes -',
    ],
    `The first line of a CSV file names the columns: leadId, and any of phone, timezone, firstName,
lastName, email; every other column becomes a field for texts. Sending a list again adds only what is new.`,
  )
  command.action(async (first: string, second: string | undefined, options: Options) => {
    const { id, file } = readWords(first, second, options.campaign)
    const path = apiPath('campaigns', id, 'leads')
    const list = await openList(shell, file, options.format, { row: 'lead', command: `campaign import ${id}` })
    const flags = { dryRun: options.dryRun, createLeads: options.createLeads }
    await withHint(importList(shell, { path, flags, list }, options), whichCampaign)
  })
}

function readWords(first: string, second: string | undefined, named: string | undefined): { id: string; file: string } {
  if (named === undefined && second !== undefined) return { id: first, file: second }
  if (named !== undefined && second === undefined) return { id: named, file: first }
  if (named !== undefined) throw new UsageFailure('the campaign is named twice: leave one')
  throw new UsageFailure('which campaign?', `aftercall campaign import <campaign> ${first}`)
}
