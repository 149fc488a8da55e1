import { createPrivateKey, randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { Receipt } from '../answers.ts'
import { createClient } from '../client.ts'
import { readPlain, readSecret, readWebhookSecret } from '../client-settings.ts'
import { addExamples } from '../examples.ts'
import { UsageFailure } from '../failure.ts'
import { withHint } from '../hint.ts'
import { plainText } from '../plain-text.ts'
import { sampleEvents, sampleOf } from '../sample-event.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import type { SampleSecrets, SignedSample } from '../sign-sample.ts'
import { readText } from '../text-file.ts'

interface Options {
  data?: string
  id?: string
  key?: string
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
    .option(
      '--key <file>',
      "private key (PEM) for LeadConnector's: its public half is LEADCONNECTOR_WEBHOOK_PUBLIC_KEY",
    )
    .option('--json', "the service's own JSON")
  addExamples(
    command,
    [
      `events send call.requested --data '{"campaign": "roof-quotes", "leadId": "lead_1"}'`,
      `events send lead.opted_out --data '{"phone": "+12025550123"}'`,
      `events send lead.processed --data '{"campaignId": "HXZ"}'`,
      `events send post_call_transcription --data '{"conversation_id": "conv_1"}'`,
    ],
    `The service handles it like any other: a lead in it is called. lead.processed and its like go to
/webhooks/leadsail with LEADSAIL_WEBHOOK_SECRET, those of voice platforms, Twilio and LeadConnector to theirs, the
others to /webhooks/standard signed with WEBHOOK_SECRET.`,
  )
  command.action(async (type: string, options: Options) => {
    const id = options.id ?? randomUUID()
    const data = await readData(shell, options.data)
    const secrets = await secretsOf(shell, options.key)
    const sample = await sampleOf(type, { id, data, atMs: shell.clock.now() }, secrets)
    if (sample === undefined) throw new UsageFailure(`no sample of ${type}: it may be ${sampleEvents.join(', ')}`)
    await send(shell, sample, options)
  })
}

async function secretsOf(shell: Shell, keyFile: string | undefined): Promise<SampleSecrets> {
  const { env } = shell
  const key = keyFile === undefined ? undefined : await readText(shell, keyFile)
  return {
    standard: () => readWebhookSecret(env),
    of: name => readSecret(env, name),
    publicUrl: () => readPlain(env, 'PUBLIC_URL'),
    locationId: () => readPlain(env, 'LEADCONNECTOR_LOCATION_ID'),
    privateKey() {
      if (key !== undefined && isPrivateKey(key)) return key
      throw new UsageFailure(
        key === undefined ? '--key is needed: only LeadConnector has its own' : `${keyFile} is no private key in PEM`,
        'openssl genpkey -algorithm ed25519 -out key.pem && openssl pkey -in key.pem -pubout',
      )
    },
  }
}

function isPrivateKey(pem: string): boolean {
  try {
    return ['ed25519', 'rsa'].includes(createPrivateKey(pem).asymmetricKeyType ?? '')
  } catch {
    return false
  }
}

async function send(shell: Shell, { path, setting, headers, raw }: SignedSample, { json }: Options): Promise<void> {
  const asked = createClient(shell).post(path, { raw, headers })
  const answer = await withHint(asked, {
    400: 'give what is missing in --data',
    401: `${setting} must be the same here and at the service, and the two clocks within five minutes`,
    404: `the service has no ${setting}: this source is closed`,
  })
  // Twilio's answer is XML: what it says of the event stands beside it.
  const beside = answer.header('X-Event-Id')
  if (json) return sayJson(shell.out, beside === undefined ? answer.text : JSON.stringify({ eventId: beside }))
  const { status, eventId } = beside === undefined ? answer.read(Receipt) : { status: 'taken', eventId: beside }
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
