import type { Command } from 'commander'
import { Event } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { styleOf } from '../colours.ts'
import { addExamples } from '../examples.ts'
import { sayFacts } from '../facts.ts'
import { withHint } from '../hint.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { printBytes } from '../print-bytes.ts'
import { sayJson } from '../screen.ts'
import { pathIn, type Shell } from '../shell.ts'
import type { Column } from '../table.ts'
import { writeWhole } from '../whole-file.ts'
import { addEventsSend } from './events-send.ts'

interface FindOptions extends ListOptions {
  source?: string
  status?: string
}

const whichEvent = { 404: '`aftercall events list` shows the newest' }

const columns: Column<Event>[] = [
  { title: 'RECEIVED', of: ({ receivedAt }) => localTime(receivedAt) },
  { title: 'EVENT', of: ({ id }) => id },
  { title: 'SOURCE', of: ({ source }) => source, isOptional: true },
  { title: 'TYPE', of: ({ type }) => type, shrinks: true },
  { title: 'STATUS', of: ({ status }) => status, style: ({ status }) => styleOf(status) },
  { title: 'DUPLICATES', of: ({ duplicates }) => duplicates, align: 'right', isOptional: true },
  { title: 'JOURNEY', of: ({ journeys }) => journeys.join(' '), shrinks: true },
  { title: 'REASON', of: ({ reason }) => reason, shrinks: true },
]

/** `events list|show|raw|replay|send`. */
export function addEvents(program: Command, shell: Shell): void {
  const events = program.command('events').description('what came in from outside: list, show, raw, replay, send')
  addFind(events, shell)
  addShow(events, shell)
  addRaw(events, shell)
  addReplay(events, shell)
  addEventsSend(events, shell)
  addExamples(events, [
    'events list --status rejected',
    'events raw leadsail_8c1f… | jq .data',
    `events send call.requested --data '{"campaign": "roof-quotes", "leadId": "lead_1"}'`,
  ])
}

function addFind(events: Command, shell: Shell): void {
  const command = events
    .command('list')
    .description('events, newest first')
    .option('--source <source>', 'leadsail, standard, api, …')
    .option('--status <status>', 'received, processed, joined, ignored, rejected, replayed')
  addListOptions(command).action(async (options: FindOptions) => {
    const { source, status } = options
    const query = { source, status }
    const list = { path: '/events', noun: 'events', query, row: Event, columns, none: 'No event fits.' }
    await printList(shell, createClient(shell), list, options)
  })
}

function addShow(events: Command, shell: Shell): void {
  const command = events
    .command('show')
    .description('what became of one event')
    .argument('<id>', 'the event')
    .option('--json', "the API's own JSON")
  command.action(async (id: string, options: { json?: true }) => {
    const answer = await withHint(createClient(shell).get(apiPath('events', id)), whichEvent)
    if (options.json) return sayJson(shell.out, answer.text)
    const event = answer.read(Event)
    sayFacts(shell.out, [
      ['event', event.id],
      ['source', event.source],
      ['type', event.type],
      ['status', event.status],
      ['reason', event.reason],
      ['received', localTime(event.receivedAt)],
      ['handled', localTime(event.handledAt)],
      ['duplicates', String(event.duplicates)],
      ['replays', String(event.replays)],
      ['journeys', event.journeys.join(' ')],
    ])
  })
}

function addRaw(events: Command, shell: Shell): void {
  const command = events
    .command('raw')
    .description('its body, byte for byte')
    .argument('<id>', 'the event')
    .option('-o, --out <file>', 'where to; otherwise it is printed')
  command.action(async (id: string, { out: file }: { out?: string }) => {
    const content = await withHint(createClient(shell).download(apiPath('events', id, 'raw')), whichEvent)
    if (file === undefined) await printBytes(shell.out, content)
    else await writeWhole(pathIn(shell, file), file, content)
  })
}

function addReplay(events: Command, shell: Shell): void {
  const command = events
    .command('replay')
    .description('handle one event again; who is on a journey already gets no second one')
    .argument('<id>', 'the event')
    .option('--json', "the API's own JSON")
  command.action(async (id: string, options: { json?: true }) => {
    const answer = await withHint(createClient(shell).post(apiPath('events', id, 'replay')), whichEvent)
    if (options.json) return sayJson(shell.out, answer.text)
    shell.out.say(plainText(`${answer.read(Event).id} is handled again`))
    shell.err.say(shell.err.paint('dim', `aftercall events show ${plainText(id)}`))
  })
}
