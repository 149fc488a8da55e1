import type { Command } from 'commander'
import { Campaign } from '../answers.ts'
import { campaignLine, campaignPicture } from '../campaign-picture.ts'
import { type Answer, apiPath, createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { createPicture } from '../picture.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { watchUntil } from '../watch.ts'

interface Options {
  watch?: true
  json?: true
}

/** `campaign status <id> [--watch]`. */
export function addCampaignStatus(campaign: Command, shell: Shell): void {
  const command = campaign
    .command('status')
    .description('how many leads stand where, and what their calls came to')
    .argument('<id>', 'the campaign')
    .option('-w, --watch', 'go on until the campaign has ended')
    .option('--json', "the API's own JSON; with --watch a line for every change")
  addExamples(command, ['campaign status roof-quotes', 'campaign status roof-quotes --watch'])
  command.action(async (id: string, options: Options) => {
    const client = createClient(shell)
    const ask = () => withHint(client.get(apiPath('campaigns', id)), whichCampaign)
    const { out } = shell
    if (options.watch) return watch(shell, ask, options)
    const answer = await ask()
    if (options.json) return sayJson(out, answer.text)
    out.say(campaignPicture(answer.read(Campaign), out).join('\n'))
  })
}

async function watch(shell: Shell, ask: () => Promise<Answer>, { json }: Options): Promise<void> {
  const { out } = shell
  const picture = createPicture(out)
  try {
    await watchUntil(shell, ask, ({ text, read }) => {
      const campaign = read(Campaign)
      if (json) sayJson(out, text)
      else if (out.isTerminal) picture.show(campaignPicture(campaign, out))
      else out.say(campaignLine(campaign))
      return ['done', 'cancelled'].includes(campaign.status)
    })
  } finally {
    picture.end()
  }
}
