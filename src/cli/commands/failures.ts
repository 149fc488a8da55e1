import type { Command } from 'commander'
import { classWord } from '../../dashboard/failure-words.ts'
import { FailureGroup, Replay } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { toneStyles } from '../colours.ts'
import { addExamples } from '../examples.ts'
import { addFailureFilter, type FailureFilter, filterIn } from '../failure-filter.ts'
import { countText } from '../figures.ts'
import { withHint } from '../hint.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { replayLine } from '../replay-picture.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { addFailuresReplay } from './failures-replay.ts'

type FindOptions = ListOptions & FailureFilter

const columns: Column<FailureGroup>[] = [
  { title: 'COUNT', of: ({ count }) => countText(count), align: 'right' },
  { title: 'KIND', of: ({ kind, test }) => (test ? `${kind} (test)` : kind) },
  {
    title: 'WHAT',
    of: ({ class: name }) => classWord(name).label,
    style: ({ class: name }) => toneStyles[classWord(name).tone],
  },
  { title: 'LAST', of: ({ lastAt }) => localTime(lastAt) },
  { title: 'FIRST', of: ({ firstAt }) => localTime(firstAt), isOptional: true },
  { title: 'CAMPAIGNS', of: ({ campaigns }) => campaigns.map(({ id }) => id).join(' '), isOptional: true },
  { title: 'JOURNEY', of: ({ sample }) => sample[0]?.journey, isOptional: true },
  // Whole on every terminal: it is what `--cause` is given.
  { title: 'CAUSE', of: ({ cause }) => cause },
]

/** `failures list|replay|cancel`. */
export function addFailures(program: Command, shell: Shell): void {
  const failures = program
    .command('failures')
    .description('what went wrong, by what it was, and trying it anew: list, replay, cancel')
  addFind(failures, shell)
  addFailuresReplay(failures, shell)
  addCancel(failures, shell)
  addExamples(failures, [
    'failures list --since PT6H',
    'failures replay --kind pixel --dry-run',
    'failures replay --kind pixel',
  ])
}

function addFind(failures: Command, shell: Shell): void {
  const command = failures.command('list').description('what failed alike in one line, most first')
  addListOptions(addFailureFilter(command, shell))
  addExamples(command, ['failures list --campaign roof-quotes', 'failures list --kind pixel --since 2026-12-01'])
  command.action(async (options: FindOptions) => {
    const query = { ...filterIn(options) }
    const list = { path: '/failures', noun: 'failures', query, row: FailureGroup, columns, none: 'No failure fits.' }
    await printList(shell, createClient(shell), list, options)
  })
}

function addCancel(failures: Command, shell: Shell): void {
  const command = failures
    .command('cancel')
    .description('end a replay: what it has not tried yet stays as it was')
    .argument('<id>', 'the replay, as `failures replay` said it')
    .option('--json', "the API's own JSON")
  addExamples(command, ['failures cancel rpl_6d1f…'])
  command.action(async (id: string, options: { json?: true }) => {
    const asked = createClient(shell).post(apiPath('replays', id, 'cancel'))
    const answer = await withHint(asked, { 404: '`aftercall audit list` names the replays that were started' })
    if (options.json) return sayJson(shell.out, answer.text)
    const replay = answer.read(Replay)
    shell.out.say(plainText(`${replay.id} is ${replayLine(replay)}`))
  })
}
