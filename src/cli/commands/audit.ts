import type { Command } from 'commander'
import { AuditEntry } from '../answers.ts'
import { createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'

const columns: Column<AuditEntry>[] = [
  { title: 'AT', of: ({ at }) => localTime(at) },
  { title: 'BY', of: ({ by }) => by },
  { title: 'WHAT', of: ({ what }) => what },
  { title: 'SUBJECT', of: ({ subject }) => subject, shrinks: true },
  { title: 'DETAIL', of: ({ detail }) => detail, shrinks: true },
]

/** `audit list`. */
export function addAudit(program: Command, shell: Shell): void {
  const audit = addExamples(program.command('audit').description('who did what: list'), [
    'audit list',
    `audit list --all --json | jq -r '.audit[] | select(.what == "campaign.exported") | .by'`,
  ])
  addListOptions(audit.command('list').description('what people and programs did, newest first')).action(
    async (options: ListOptions) => {
      const list = { path: '/audit', noun: 'audit', row: AuditEntry, columns, none: 'Nobody has done anything yet.' }
      await printList(shell, createClient(shell), list, options)
    },
  )
}
