import type { Command } from 'commander'
import { DryRun } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { sayDryRun } from '../dry-run-report.ts'
import { addExamples } from '../examples.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { parseCount } from '../listing.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { parseSince } from '../since.ts'
import { readText } from '../text-file.ts'

interface Options {
  file?: string
  since?: string
  limit?: number
  json?: true
}

/** A hundred thousand journeys are read one by one, and one dry run waits for the other. */
const ANSWER_TIMEOUT_MS = 300_000

/** `campaign dryrun <id>`. */
export function addCampaignDryRun(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('dryrun')
    .description('hold rules against past journeys: what would have been sent after their calls. Sends nothing')
    .argument('<id>', 'the campaign')
    .option('--file <changed.yaml>', 'try these rules: a campaign file, or a part such as followUps')
    .option(
      '--since <time>',
      'only journeys that began then or later: 2026-12-01, or PT2H ago',
      parseSince(shell.clock),
    )
    .option('--limit <n>', 'how many journeys, the newest first; otherwise 1000', parseCount)
    .option('--json', "the API's own JSON")
  addExamples(command, [
    'campaign dryrun roof-quotes',
    'campaign dryrun roof-quotes --file changed.yaml --since P7D --limit 20000',
  ])
  command.action(async (id: string, { file, since, limit, json }: Options) => {
    const rules = file === undefined ? {} : { raw: Buffer.from(await readText(shell, file)) }
    const asked = createClient(shell).post(apiPath('campaigns', id, 'dryrun'), {
      ...rules,
      ...{ headers: { 'Content-Type': 'application/yaml' }, query: { since, limit }, timeoutMs: ANSWER_TIMEOUT_MS },
    })
    const answer = await withHint(asked, whichCampaign)
    if (json) return sayJson(shell.out, answer.text)
    sayDryRun(shell.out, answer.read(DryRun), file)
  })
}
