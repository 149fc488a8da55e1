import { z } from 'zod'
import { PayloadError } from '../errors.ts'
import { asksNothing, callEnded, SpareName } from './call-end.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * Twilio's status callbacks and incoming messages, as a form or as JSON with the same names.
 * Source: https://github.com/twilio/twilio-oai
 */

/** Far more than a text of many parts. */
const MAX_TEXT = 10_000

const Fields = z.object({
  CallSid: SpareName,
  CallStatus: SpareName,
  MessageSid: SpareName,
  MessageStatus: SpareName,
  SmsStatus: SpareName,
  Direction: SpareName,
  From: SpareName,
  To: SpareName,
  Body: z
    .string()
    .transform(text => text.slice(0, MAX_TEXT))
    .optional()
    .catch(undefined),
})
type TwilioFields = z.output<typeof Fields>

/** The fields that we know of. @throws PayloadError when a body that begins as JSON is none */
export function readTwilioFields(raw: Buffer): TwilioFields {
  // A form would write the brace as %7B.
  const isJson = raw.toString('latin1', 0, 100).trimStart().startsWith('{')
  return parseWith(Fields, isJson ? readJson(raw) : Object.fromEntries(new URLSearchParams(raw.toString('utf8'))))
}

const final: ReadonlySet<string> = new Set(['completed', 'busy', 'failed', 'no-answer', 'canceled'])
/** A message of our own has other statuses. */
const incoming: ReadonlySet<string> = new Set(['receiving', 'received'])

/** @throws PayloadError when the body tells of no call and no message, or an incoming message of nobody */
export function readTwilioEvent(raw: Buffer): SourceEvent {
  const fields = readTwilioFields(raw)
  const { MessageSid, CallSid, CallStatus } = fields
  if (MessageSid !== undefined) return readMessage(fields)
  if (CallSid === undefined) throw new PayloadError('neither a call nor a message is named', { code: 'NO_SID' })
  const type = CallStatus === undefined ? 'call' : `call.${CallStatus}`
  if (CallStatus === undefined || !final.has(CallStatus)) return asksNothing(type)
  const phone = fields.Direction === 'inbound' ? fields.From : fields.To
  return callEnded(type, { messageId: CallSid, phone })
}

function readMessage({ MessageStatus, SmsStatus, From, Body }: TwilioFields): SourceEvent {
  const status = MessageStatus ?? SmsStatus ?? (Body === undefined ? undefined : 'received')
  const type = status === undefined ? 'message' : `message.${status}`
  if (status === undefined || !incoming.has(status) || Body === undefined) return asksNothing(type)
  if (From === undefined) throw new PayloadError('From: is missing', { code: 'NOBODY' })
  return { type, meaning: { kind: 'text_received', phone: From, texts: [{ text: Body }] } }
}
