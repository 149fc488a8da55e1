import { randomUUID } from 'node:crypto'
import { type Command, InvalidArgumentError } from 'commander'
import { Journey } from '../answers.ts'
import { apiPath, createClient } from '../client.ts'
import { addExamples } from '../examples.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, Failure } from '../failure.ts'
import { localTime } from '../local-time.ts'
import { plainText } from '../plain-text.ts'
import { Refusal } from '../refusal.ts'
import { sayJson } from '../screen.ts'
import type { Shell } from '../shell.ts'
import { Unreachable } from '../unreachable.ts'

interface Options {
  campaign: string
  phone?: string
  timezone?: string
  firstName?: string
  lastName?: string
  email?: string
  field: Record<string, string>
  force?: true
  idempotencyKey?: string
  json?: true
}

/** `call <leadId> --campaign <id>`. */
export function addCall(program: Command, shell: Shell): void {
  const command = program
    .command('call')
    .description('send one lead through a campaign, as if it had just come in')
    .argument('<leadId>', "the vendor's id of the lead")
    .requiredOption('-c, --campaign <id>', 'whose rules say when and how often it is called')
    .option('--phone <number>', "otherwise the vendor's record of the lead says it")
    .option('--timezone <zone>', "otherwise the vendor's record, the number or the campaign says it")
    .option('--first-name <name>', 'for texts')
    .option('--last-name <name>', 'for texts')
    .option('--email <address>', 'for pixels')
    .option('--field <name=value>', 'for texts; may be given several times', parseField, {})
    .option('--force', 'also a lead that has been through this campaign')
    .option('--idempotency-key <key>', 'the same key twice is one journey; otherwise every run has its own')
    .option('--json', "the API's own JSON")
  addExamples(command, [
    'call lead_123 --campaign roof-quotes',
    'call lead_123 --campaign roof-quotes --phone +12025550123 --field budget=high',
  ])
  command.action(async (leadId: string, options: Options) => {
    const { force, idempotencyKey = randomUUID(), json, field, ...lead } = options
    const fields = Object.keys(field).length === 0 ? {} : { fields: field }
    const body = { leadId, ...lead, ...fields, ...(force ? { force } : {}) }
    const headers = { 'Idempotency-Key': idempotencyKey }
    const asked = createClient(shell).post(apiPath('journeys'), { json: body, headers })
    const answer = await asked.catch(error => {
      throw explain(error, idempotencyKey, shell.stop)
    })
    if (json) return sayJson(shell.out, answer.text)
    const { id, campaign, state, nextAt } = answer.read(Journey)
    const next = nextAt === undefined ? '' : `, next ${localTime(nextAt)}`
    shell.out.say(plainText(`${id}: ${leadId} is on its way through ${campaign} (${state}${next})`))
    shell.err.say(shell.err.paint('dim', `aftercall journey show ${plainText(id)}`))
  })
}

function explain(error: unknown, key: string, stop: AbortSignal): unknown {
  if (error instanceof Refusal) {
    const { journeyId } = error.problem ?? {}
    if (error.status !== 409 || journeyId === undefined) return error
    const isOver = /force/.test(error.message)
    const mend = `aftercall journey show ${journeyId}${isOver ? '   or add --force' : ''}`
    return new Refusal(409, error.message.replace(/; "force": true starts another journey/, ''), { mend })
  }
  const isOpen = error instanceof Unreachable ? error.mayHaveArrived : stop.aborted
  if (!isOpen) return error
  const message = error instanceof Unreachable ? error.message : 'stopped before the answer'
  return new Failure(message, {
    mend: `it may have been taken: with --idempotency-key ${key} it can be run again without a second call`,
    cause: error,
    exitCode: stop.aborted ? EXIT_INTERRUPTED : EXIT_FAILED,
  })
}

function parseField(text: string, fields: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('It must be name=value.')
  return { ...fields, [text.slice(0, at)]: text.slice(at + 1) }
}
