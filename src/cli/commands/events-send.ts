import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { Receipt } from '../answers.ts'
import { createClient } from '../client.ts'
import { readLeadSailSecret, readWebhookSecret } from '../client-settings.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { withHint } from '../hint.ts'
import { plainText } from '../plain-text.ts'
import { type Sample, sampleEvents, sampleOf } from '../sample-event.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { readText } from '../text-file.ts'

interface Options {
  data?: string
  id?: string
  json?: true
}

/** `events send <type>`: a signed sample, as its sender would send it. */
export function addEventsSend(events: Command, shell: Shell): void {
  const command = events
    .command('send')
    .description('sign an event and send it to the webhook, as its sender would')
    .argument('<type>', sampleEvents.join(', '))
    .option('-d, --data <json>', 'fields over those of the sample; @file reads them from a file')
    .option('--id <id>', 'the id of the event: the same twice is a duplicate')
    .option('--json', "the service's own JSON")
  addExamples(
    command,
    [
      `events send call.requested --data '{"campaign": "roof-quotes", "leadId": "lead_1"}'`,
      `events send lead.opted_out --data '{"phone": "+12025550123"}'`,
      `events send lead.processed --data '{"campaignId": "HXZ"}'`,
    ],
    `The service handles it like any other: a lead in it is called. lead.processed and its like go to
/webhooks/leadsail with LEADSAIL_WEBHOOK_SECRET, the others to /webhooks/standard signed with WEBHOOK_SECRET.`,
  )
  command.action(async (type: string, options: Options) => {
    const id = options.id ?? randomUUID()
    const data = await readData(shell, options.data)
    const sample = await sampleOf(type, { id, data, atMs: shell.clock.now() }, secretsOf(shell))
    if (sample === undefined) throw new UsageFailure(`no sample of ${type}: it may be ${sampleEvents.join(', ')}`)
    await send(shell, sample, options)
  })
}

const secretsOf = ({ env }: Shell) => ({
  standard: () => readWebhookSecret(env),
  leadsail: () => readLeadSailSecret(env),
})

async function send(shell: Shell, { path, setting, headers, raw }: Sample, { json }: Options): Promise<void> {
  const asked = createClient(shell).post(path, { raw, headers })
  const answer = await withHint(asked, {
    400: 'give what is missing in --data',
    401: `${setting} must be the same here and at the service, and the two clocks within five minutes`,
    404: `the service has no ${setting}: this source is closed`,
  })
  if (json) return sayJson(shell.out, answer.text)
  const { status, eventId } = answer.read(Receipt)
  shell.out.say(plainText(`${eventId} ${status}`))
  shell.err.say(shell.err.paint('dim', `aftercall journey find --event ${plainText(eventId)}`))
}

async function readData(shell: Shell, given = '{}'): Promise<Record<string, unknown>> {
  const text = given.startsWith('@') ? await readText(shell, given.slice(1)) : given
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // What is no JSON and what is no object have one mend.
  }
  throw new UsageFailure('--data must be a JSON object', `--data '{"campaign": "roof-quotes"}'`)
}
