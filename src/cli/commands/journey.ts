import type { Command } from 'commander'
import { Journey, JourneyWithTimeline } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { styleOf } from '../colours.ts'
import { confirm } from '../confirm.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { withHint } from '../hint.ts'
import { addListOptions, type ListOptions, printList } from '../listing.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import type { Column } from '../table.ts'

interface FindOptions extends ListOptions {
  lead?: string
  phone?: string
  interaction?: string
  event?: string
  campaign?: string
  state?: string
  outcome?: string
}

const whichJourney = { 404: '`aftercall journey find` looks for them by lead, number, call or event' }

const columns: Column<Journey>[] = [
  { title: 'JOURNEY', of: ({ id }) => id },
  { title: 'LEAD', of: ({ leadId }) => leadId, shrinks: true },
  { title: 'CAMPAIGN', of: ({ campaign }) => campaign, shrinks: true },
  { title: 'STATE', of: ({ state }) => state, style: ({ state }) => styleOf(state) },
  { title: 'OUTCOME', of: ({ outcome }) => outcome, style: ({ outcome }) => styleOf(outcome) },
  { title: 'REASON', of: ({ reason }) => reason, isOptional: true },
  { title: 'CALLS', of: ({ attempts }) => attempts.length, align: 'right', isOptional: true },
  { title: 'BEGAN', of: ({ createdAt }) => localTime(createdAt), isOptional: true },
  { title: 'NEXT', of: ({ nextAt }) => localTime(nextAt), isOptional: true },
]

/** `journey find|show|cancel`. */
export function addJourney(program: Command, shell: Shell): void {
  const journey = program
    .command('journey')
    .description('what happened to a lead, what is next, and why: find, show, cancel')
  addFind(journey, shell)
  addShow(journey, shell)
  addCancel(journey, shell)
  addExamples(journey, [
    'journey find +12025550123',
    'journey find --campaign roof-quotes --state parked',
    'journey show jrn_s07_6d1f…                 its whole story',
  ])
}

function addFind(journey: Command, shell: Shell): void {
  const command = journey
    .command('find')
    .description('look for journeys, newest first')
    .argument('[what]', 'a lead, a number, a call, an event or a journey: whatever you have')
    .option('--lead <leadId>', "the vendor's id of the lead")
    .option('--phone <number>', 'the number, +12025550123')
    .option('--interaction <id>', "the vendor's id of a call")
    .option('--event <eventId>', 'what it began with')
    .option('-c, --campaign <id>', 'the campaign')
    .option('--state <state>', 'scheduled, dialing, in_call, following_up, done, stopped, parked')
    .option('--outcome <outcome>', 'qualified, answered, voicemail, no_answer, busy, opted_out, …')
  addListOptions(command)
  addExamples(command, [
    'journey find lead_123',
    'journey find +12025550123',
    'journey find --campaign roof-quotes --outcome qualified --all',
  ])
  command.action(async (what: string | undefined, options: FindOptions) => {
    const { lead, phone, interaction, event, campaign, state, outcome } = options
    if (what !== undefined && [lead, phone, interaction, event].some(named => named !== undefined)) {
      throw new UsageFailure(`either ${what}, whatever it is, or --lead, --phone, --interaction or --event`)
    }
    const query = { q: what, leadId: lead, phone, interactionId: interaction, eventId: event, campaign, state, outcome }
    const list = { path: '/journeys', noun: 'journeys', query, row: Journey, columns, none: 'No journey fits.' }
    await printList(shell, createClient(shell), list, options)
  })
}

function addShow(journey: Command, shell: Shell): void {
  const command = journey
    .command('show')
    .description('the whole story of one journey')
    .argument('<id>', 'the journey')
    .option('--json', "the API's own JSON")
  addExamples(command, ['journey show jrn_s07_6d1f…'])
  command.action(async (id: string, options: { json?: true }) => {
    const answer = await withHint(createClient(shell).get(apiPath('journeys', id)), whichJourney)
    if (options.json) return sayJson(shell.out, answer.text)
    const { sayJourney } = await import('../journey-story.ts')
    sayJourney(shell.out, answer.read(JourneyWithTimeline))
  })
}

function addCancel(journey: Command, shell: Shell): void {
  const command = journey
    .command('cancel')
    .description('end one journey: no further call, text or pixel')
    .argument('<id>', 'the journey')
    .option('-y, --yes', 'do not ask')
    .option('--json', "the API's own JSON")
  addExamples(command, ['journey cancel jrn_s07_6d1f…'])
  command.action(async (id: string, options: { yes?: true; json?: true }) => {
    const client = createClient(shell)
    await confirm(shell, options.yes !== true, async () => {
      const { leadId, campaign, state } = (await withHint(client.get(apiPath('journeys', id)), whichJourney)).read(
        Journey,
      )
      return plainText(
        `Cancel the journey of ${leadId} through ${campaign} (${state})? No further call, text or pixel.`,
      )
    })
    const answer = await withHint(client.post(apiPath('journeys', id, 'cancel')), whichJourney)
    if (options.json) return sayJson(shell.out, answer.text)
    const { state, leadId } = answer.read(Journey)
    shell.out.say(plainText(`${id}: ${leadId} is ${state}`))
  })
}
