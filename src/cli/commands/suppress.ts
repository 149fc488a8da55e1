import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'
import { Suppression } from '../answers.ts'
import { API, apiPath, createClient } from '../client.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { withHint } from '../hint.ts'
import { addImportOptions, type ImportOptions, importList } from '../import-list.ts'
import { openList } from '../list-file.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { sayJson } from '../screen.ts'
import { isAttended, type Shell } from '../shell.ts'
import type { Column } from '../table.ts'

interface AddOptions {
  channels?: string[]
  reason?: string
  json?: true
}

interface FindOptions extends ListOptions {
  phone?: string
  inferred?: true
}

const channels = ['voice', 'sms']

const columns: Column<Suppression>[] = [
  { title: 'SINCE', of: ({ at }) => localTime(at) },
  { title: 'PHONE', of: ({ phone }) => phone },
  { title: 'CHANNELS', of: ({ channels: on }) => on.join(',') },
  {
    title: 'INFERRED',
    of: ({ inferred }) => (inferred ? 'yes' : undefined),
    style: ({ inferred }) => (inferred ? 'yellow' : undefined),
    isOptional: true,
  },
  { title: 'BY', of: ({ by }) => by, shrinks: true },
  { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
]

/** What makes somebody look at an inferred one: the text it was read out of. */
const withWords: Column<Suppression>[] = [...columns, { title: 'TEXT', of: ({ words }) => words, shrinks: true }]

/** `suppress add|remove|import|list`. */
export function addSuppress(program: Command, shell: Shell): void {
  const suppress = program
    .command('suppress')
    .description('numbers that must not be called or texted: add, remove, import, list')
  addAdd(suppress, shell)
  addRemove(suppress, shell)
  addImport(suppress, shell)
  addFind(suppress, shell)
  addExamples(suppress, [
    'suppress add +12025550123 --reason "asked on the phone"',
    'suppress import do-not-call.csv',
    'suppress list --inferred                   opt-outs read out of texts, to be looked at',
  ])
}

function addAdd(suppress: Command, shell: Shell): void {
  const command = suppress
    .command('add')
    .description('from now on a number is not called or texted, in any campaign')
    .argument('<phone>', 'the number, +12025550123')
    .option('--channels <channels>', 'voice, sms or voice,sms; otherwise both', parseChannels)
    .option('--reason <text>', 'for whoever reads this later')
    .option('--json', "the API's own JSON")
  addExamples(command, ['suppress add +12025550123', 'suppress add +12025550123 --channels sms --reason complaint'])
  command.action(async (phone: string, { json, ...said }: AddOptions) => {
    const answer = await createClient(shell).post(apiPath('suppressions'), { json: { phone, ...said } })
    if (json) return sayJson(shell.out, answer.text)
    shell.out.say(plainText(describe(answer.read(Suppression), phone)))
  })
}

function addRemove(suppress: Command, shell: Shell): void {
  const command = suppress
    .command('remove')
    .description('a number may be called and texted again, whoever had suppressed it')
    .argument('<phone>', 'the number, +12025550123')
    .option('-y, --yes', 'do not ask')
  addExamples(command, ['suppress remove +12025550123'])
  command.action(async (phone: string, options: { yes?: true }) => {
    const client = createClient(shell)
    const path = apiPath('suppressions', phone)
    const isAsked = options.yes !== true && isAttended(shell)
    const [row] = isAsked ? (await client.get(apiPath('suppressions'), { phone })).read(Rows).suppressions : []
    // A number that is not there is not asked about: the service says what is wrong with it.
    await confirm(shell, row !== undefined, async () =>
      plainText(`${row === undefined ? '' : describe(row, phone)}. May it be called and texted again?`),
    )
    await withHint(client.delete(path), { 404: '`aftercall suppress list` shows those there are' })
    shell.out.say(plainText(`${phone} may be called and texted again`))
  })
}

const Rows = z.object({ suppressions: z.array(Suppression) })

function addImport(suppress: Command, shell: Shell): void {
  const command = suppress
    .command('import')
    .description('take a list of numbers that must not be reached: CSV of any size')
    .argument('<file>', 'the file, or - for what is piped in')
  addImportOptions(command)
  addExamples(
    command,
    ['suppress import do-not-call.csv --dry-run', 'suppress import do-not-call.csv --report rejected.csv'],
    `The first line names the columns: phone, and any of channels (voice, sms, or both) and reason.
Sending a list again adds only what is new.`,
  )
  command.action(async (file: string, options: ImportOptions) => {
    const list = await openList(shell, file, undefined, { row: 'number', command: 'suppress import' })
    if (list.format !== 'csv') throw new UsageFailure(`${file} is NDJSON: a list of numbers is CSV`)
    await importList(shell, { path: `${API}/suppressions`, flags: { dryRun: options.dryRun }, list }, options)
  })
}

function addFind(suppress: Command, shell: Shell): void {
  const command = suppress
    .command('list')
    .description('suppressed numbers, newest first')
    .option('--phone <number>', 'whether this one is among them')
    .option('--inferred', 'only opt-outs that were read out of a text and that nobody has looked at')
  addListOptions(command)
  addExamples(command, ['suppress list --phone +12025550123', 'suppress list --inferred'])
  command.action(async (options: FindOptions) => {
    const { phone, inferred } = options
    const none = phone === undefined ? 'No number is suppressed.' : `${plainText(phone)} is not suppressed.`
    await printList(
      shell,
      createClient(shell),
      {
        ...{ path: '/suppressions', noun: 'suppressions', query: { phone, inferred }, row: Suppression },
        ...{ columns: inferred ? withWords : columns, none: inferred ? 'No opt-out waits to be looked at.' : none },
      },
      options,
    )
  })
}

function describe({ phone, channels: on, reason, at, by, inferred }: Suppression, typed: string): string {
  const how = inferred ? 'read out of a text' : `by ${by}`
  return `${phone ?? typed} is suppressed for ${on.join(' and ')} since ${localTime(at)} (${reason}, ${how})`
}

function parseChannels(text: string): string[] {
  const named = text.split(',').map(word => word.trim())
  if (named.every(word => channels.includes(word))) return [...new Set(named)]
  throw new InvalidArgumentError('It must be voice, sms or voice,sms.')
}
