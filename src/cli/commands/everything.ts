import type { Command } from 'commander'
import { z } from 'zod'
import { Campaign } from '../answers.ts'
import { API, type Client, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { countOf } from '../figures.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'

interface Options {
  all?: true
  yes?: true
  json?: true
}

/** `pause --all` and `resume --all`: the brake for everything. */
export function addEverything(program: Command, shell: Shell): void {
  const pause = program
    .command('pause')
    .description('stop every new call, text and pixel, in all campaigns')
    .option('--all', 'needed: it is about everything')
  const resume = program
    .command('resume')
    .description('let all campaigns go on after `pause --all`')
    .option('--all', 'needed: it is about everything')
  for (const command of [pause, resume]) {
    command.option('-y, --yes', 'do not ask').option('--json', "the API's own JSON")
  }
  addExamples(pause, ['pause --all', 'campaign pause roof-quotes             one campaign only'])
  addExamples(resume, ['resume --all', 'campaign resume roof-quotes            one campaign only'])

  pause.action(async (options: Options) => {
    needAll('pause', options)
    const client = createClient(shell)
    // Somebody in a hurry does not wait for what would only be asked.
    await confirm(shell, options.yes !== true, async () => {
      const { running, waiting, live } = await readAll(client)
      const calls =
        live === 0 ? '' : ` ${countOf(live, 'call')} under way ${live === 1 ? 'is' : 'are'} followed to the end.`
      return `Pause everything? No new call, text or pixel in ${countOf(running, 'running campaign')} with ${countOf(waiting, 'waiting lead')}.${calls}`
    })
    const { text } = await client.post(`${API}/pause`)
    if (options.json) return sayJson(shell.out, text)
    shell.out.say('Everything is paused: no new call, text or pixel. `aftercall resume --all` lets it go on.')
  })

  resume.action(async (options: Options) => {
    needAll('resume', options)
    const client = createClient(shell)
    await confirm(shell, options.yes !== true, async () => {
      const { running, waiting, paused } = await readAll(client)
      const rest =
        paused === 0 ? '' : ` ${countOf(paused, 'campaign')} paused singly ${paused === 1 ? 'stays' : 'stay'} so.`
      return `Resume everything? New calls, texts and pixels in ${countOf(running, 'campaign')} with ${countOf(waiting, 'waiting lead')}.${rest}`
    })
    const { text } = await client.post(`${API}/resume`)
    if (options.json) return sayJson(shell.out, text)
    shell.out.say('Everything goes on: campaigns that run call, text and fire again.')
  })
}

function needAll(move: 'pause' | 'resume', { all }: Options): void {
  if (all) return
  const one = `aftercall campaign ${move} <id>`
  throw new UsageFailure(`${move} is about everything: say \`aftercall ${move} --all\``, `for one campaign: ${one}`)
}

const Page = z.object({ campaigns: z.array(Campaign), nextCursor: z.string().optional() })

/** What stands to be paused or resumed, over all campaigns. */
async function readAll(client: Client) {
  const sum = { running: 0, paused: 0, waiting: 0, live: 0 }
  let cursor: string | undefined
  do {
    const page = (await client.get(`${API}/campaigns`, { limit: 1000, cursor })).read(Page)
    for (const { status, progress } of page.campaigns) {
      if (status === 'paused') sum.paused += 1
      sum.live += (progress['dialing'] ?? 0) + (progress['in_call'] ?? 0)
      if (status !== 'running') continue
      sum.running += 1
      sum.waiting += (progress['scheduled'] ?? 0) + (progress['following_up'] ?? 0)
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return sum
}
