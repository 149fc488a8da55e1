import type { Command } from 'commander'
import { Campaign } from '../answers.ts'
import { apiPath, type Client, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { countOf } from '../figures.ts'
import { whichCampaign, withHint } from '../hint.ts'
import { plainText } from '../plain-text.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'

interface Options {
  yes?: true
  json?: true
}

const moves = [
  { name: 'start', does: 'start a draft: its leads are called from now on' },
  {
    name: 'pause',
    does: 'stop new calls of one campaign; calls under way are followed, and their texts and pixels still go out',
  },
  { name: 'resume', does: 'let a paused campaign go on' },
  { name: 'cancel', does: 'end a campaign for good: no lead of it is called any more' },
] as const

/** `campaign start|pause|resume|cancel <id>`. */
export function addCampaignMoves(campaign: Command, shell: Shell): void {
  for (const { name, does } of moves) {
    const command = campaign.command(name).description(does).argument('<id>', 'the campaign')
    if (name === 'cancel') command.option('-y, --yes', 'do not ask')
    command.option('--json', "the API's own JSON")
    addExamples(command, [`campaign ${name} roof-quotes`])
    command.action(async (id: string, options: Options) => {
      const client = createClient(shell)
      await confirm(shell, name === 'cancel' && options.yes !== true, () => askToCancel(client, id))
      const answer = await withHint(client.post(apiPath('campaigns', id, name)), whichCampaign)
      if (options.json) return sayJson(shell.out, answer.text)
      const moved = answer.read(Campaign)
      shell.out.say(plainText(describe(moved)))
      if (name !== 'start' && name !== 'resume') return
      for (const { path, reason } of moved.warnings ?? []) shell.out.say(plainText(`warning: ${path} ${reason}`))
    })
  }
}

async function askToCancel(client: Client, id: string): Promise<string> {
  const { name, progress } = (await client.get(apiPath('campaigns', id))).read(Campaign)
  const waiting = (progress['scheduled'] ?? 0) + (progress['following_up'] ?? 0)
  const live = (progress['dialing'] ?? 0) + (progress['in_call'] ?? 0)
  const calls =
    live === 0 ? '' : ` ${countOf(live, 'call')} under way ${live === 1 ? 'ends by itself' : 'end by themselves'}.`
  return plainText(
    `Cancel ${id} (${name}) for good? ${countOf(waiting, 'waiting lead')}: no further call, text or pixel.${calls}`,
  )
}

function describe({ id, status, progress, allPaused }: Campaign): string {
  const held = allPaused && status === 'running' ? ', but everything is paused (`aftercall resume --all`)' : ''
  return `${id} is ${status}${held}: ${countOf(progress.total, 'lead')}, ${progress['scheduled'] ?? 0} scheduled`
}
