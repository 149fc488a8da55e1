import type { Command } from 'commander'
import { Journey, Parked } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { withHint } from '../hint.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'

interface ResolveOptions {
  happened?: true
  notHappened?: true
  interaction?: string
  outcome?: string
  lead?: string
  note?: string
  json?: true
}

const columns: Column<Parked>[] = [
  { title: 'SINCE', of: ({ since }) => localTime(since) },
  { title: 'KEY', of: ({ key }) => key },
  { title: 'LEAD', of: ({ leadId }) => leadId, shrinks: true },
  { title: 'CAMPAIGN', of: ({ campaign }) => campaign, shrinks: true },
  { title: 'INTERACTION', of: ({ interactionId }) => interactionId, isOptional: true },
  { title: 'WHY', of: ({ why }) => why, shrinks: true },
]

/** `parked list|resolve`. */
export function addParked(program: Command, shell: Shell): void {
  const parked = program.command('parked').description('what only a person can say happened or not: list, resolve')
  addListOptions(parked.command('list').description('what waits for a decision, longest first')).action(
    async (options: ListOptions) => {
      const list = { path: '/parked', noun: 'parked', row: Parked, columns, none: 'Nothing waits for a decision.' }
      await printList(shell, createClient(shell), list, options)
    },
  )

  const resolve = parked
    .command('resolve')
    .description('say whether it happened; the journey goes on from there')
    .argument('<key>', 'as `parked list` shows it')
    .option('--happened', 'it did: it is not done again')
    .option('--not-happened', 'it did not: it is done again')
    .option('--interaction <id>', 'the call that it was: it is followed to its end')
    .option('--outcome <outcome>', 'what the call came to, where you know')
    .option('--lead <leadId>', 'the lead that was created at the vendor')
    .option('--note <text>', 'for whoever reads this later')
    .option('--json', "the API's own JSON")
  addExamples(resolve, [
    'parked resolve call:jrn_s07_6d1f…:1 --happened --interaction int_5',
    'parked resolve sms:jrn_s07_6d1f…:thanks --not-happened --note "asked the lead"',
  ])
  resolve.action(async (key: string, options: ResolveOptions) => {
    const { happened, notHappened, interaction, outcome, lead, note, json } = options
    if ((happened === true) === (notHappened === true)) {
      throw new UsageFailure('say one of --happened and --not-happened')
    }
    const body = {
      happened: happened === true,
      ...(interaction === undefined ? {} : { interactionId: interaction }),
      ...(outcome === undefined ? {} : { outcome }),
      ...(lead === undefined ? {} : { leadId: lead }),
      ...(note === undefined ? {} : { note }),
    }
    const asked = createClient(shell).post(apiPath('parked', key), { json: body })
    const answer = await withHint(asked, {
      404: '`aftercall parked list` shows the keys',
      409: '`aftercall parked list` shows what waits',
    })
    if (json) return sayJson(shell.out, answer.text)
    const { id, state } = answer.read(Journey)
    shell.out.say(plainText(`${key} ${happened ? 'happened' : 'did not happen'}; ${id} is ${state}`))
  })
  addExamples(parked, ['parked list', 'parked resolve call:jrn_s07_6d1f…:1 --not-happened'])
}
