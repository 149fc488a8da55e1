import type { Command } from 'commander'
import { z } from 'zod'
import { Erasure } from '../../answers/erasure.ts'
import { Journey } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { EXIT_INTERRUPTED, Failure } from '../failure.ts'
import { countOf } from '../figures.ts'
import { withHint } from '../hint.ts'
import { plainText } from '../plain-text.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { watchUntil } from '../watch.ts'

interface Options {
  yes?: true
  json?: true
}

const Page = z.object({ journeys: z.array(Journey), nextCursor: z.string().optional() })

const STAYS = `What stays, as keyed hashes that name nobody: that calls, texts and pixels were made once, how often the number
was called, and that it must not be reached. Of journeys their facts stay, without the person.`

/** `erase <leadId>`. */
export function addErase(program: Command, shell: Shell): void {
  const command = program
    .command('erase')
    .description('erase a lead: its personal data is gone everywhere within a minute')
    .argument('<leadId>', "the vendor's id of the lead")
    .option('-y, --yes', 'do not ask')
    .option('--json', "the API's own JSON")
  addExamples(
    command,
    ['erase lead_123', 'erase lead_123 --yes --json'],
    `It takes a key with the role admin.\n${STAYS}`,
  )
  command.action(async (leadId: string, options: Options) => {
    const client = createClient(shell)
    await confirm(shell, options.yes !== true, async () => {
      const { journeys } = (await client.get(apiPath('journeys'), { leadId, limit: 1000 })).read(Page)
      const live = journeys.filter(({ endedAt }) => endedAt === undefined).length
      const ended = live === 0 ? '' : `, ${live} of them under way and cancelled by this`
      const what = `Erase ${leadId} (${countOf(journeys.length, 'journey')}${ended})? This cannot be undone.`
      return `${plainText(what)}\n${STAYS}\n`
    })
    const path = apiPath('leads', leadId)
    const asked = await withHint(client.delete(path), { 403: 'set AFTERCALL_API_KEY to a key with the role admin' })
    const { id } = asked.read(Erasure)
    let last = asked
    try {
      await watchUntil(
        shell,
        () => client.get(apiPath('erasures', id)),
        answer => {
          last = answer
          return answer.read(Erasure).status === 'erased'
        },
      )
    } catch (error) {
      if (!shell.stop.aborted) throw error
      throw new Failure('it goes on by itself: the wish is on disk', { exitCode: EXIT_INTERRUPTED })
    }
    if (options.json) return sayJson(shell.out, last.text)
    const { lead, journeys, events } = last.read(Erasure)
    const gone = `${countOf(journeys, 'journey')} and ${countOf(events, 'event')}`
    shell.out.say(plainText(`${leadId} is erased from ${gone}; what is left goes by ${lead}`))
    shell.err.say('Backups and what the vendors keep are not touched by this.')
  })
}
