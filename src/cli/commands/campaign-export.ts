import { type Command, Option } from 'commander'
import { apiPath, createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { bytesText } from '../figures.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { printBytes } from '../print-bytes.ts'
import { createProgress } from '../progress.ts'
import { pathIn, type Shell } from '../shell.ts'
import { writeWhole } from '../whole-file.ts'

interface Options {
  format: 'csv' | 'ndjson'
  by: 'lead' | 'attempt'
  out?: string
}

/** `campaign export <id>`. */
export function addCampaignExport(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('export')
    .description('every lead of a campaign, or every attempt, with the ids of the vendor')
    .argument('<id>', 'the campaign')
    .addOption(new Option('--format <format>', 'as what').choices(['csv', 'ndjson']).default('csv'))
    .addOption(new Option('--by <row>', 'a row for each').choices(['lead', 'attempt']).default('lead'))
    .option('-o, --out <file>', 'where to; otherwise it is printed')
  addExamples(command, [
    'campaign export roof-quotes --out roof.csv',
    'campaign export roof-quotes --format ndjson --by attempt | jq .outcome',
  ])
  command.action(async (id: string, { format, by, out: file }: Options) => {
    const asked = createClient(shell).download(apiPath('campaigns', id, 'export'), { format, by })
    const content = await withHint(asked, whichCampaign)
    if (file === undefined) return printBytes(shell.out, content)
    const bytes = await save(content, file, shell)
    shell.err.say(`${file}: ${bytesText(bytes)}`)
  })
}

async function save(content: AsyncIterable<Uint8Array>, file: string, shell: Shell): Promise<number> {
  const progress = createProgress(shell.err, shell.clock, 'Exporting')
  let bytes = 0
  async function* counted() {
    for await (const chunk of content) {
      bytes += chunk.length
      progress.show({ bytes })
      yield chunk
    }
  }
  try {
    await writeWhole(pathIn(shell, file), file, counted())
  } finally {
    progress.end()
  }
  return bytes
}
