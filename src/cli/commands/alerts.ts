import type { Command } from 'commander'
import { Alert } from '../answers.ts'
import { createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'

const columns: Column<Alert>[] = [
  { title: 'SINCE', of: ({ since }) => localTime(since) },
  { title: 'ALERT', of: ({ name }) => name },
  { title: 'ABOUT', of: ({ subject }) => subject, isOptional: true },
  { title: 'WHAT', of: ({ summary }) => summary, shrinks: true },
]

/** `alerts`. */
export function addAlerts(program: Command, shell: Shell): void {
  const alerts = program.command('alerts').description('what holds now and somebody should act on, most urgent first')
  addListOptions(alerts).action(async (options: ListOptions) => {
    const list = { path: '/alerts', noun: 'alerts', row: Alert, columns, none: 'Nothing is wrong.', remarks }
    await printList(shell, createClient(shell), list, options)
  })
  addExamples(alerts, ['alerts', `alerts --json | jq -e '.alerts | length == 0'`])
}

/** What to do about each, where the table has no room for it. */
function remarks(rows: readonly Alert[]): string[] {
  return rows.map(({ name, subject, mend, path }) => `${[name, subject].join(' ').trim()}: ${mend} (${path})`)
}
