import { z } from 'zod'
import { asksNothing, callEnded, EventType, SpareName } from './call-end.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * Retell's webhooks. A call that never connected sends `call_ended` and `call_analyzed` too; either asks for a look, for
 * what the look finds may be richer the second time.
 * Source: https://docs.retellai.com/features/webhook-overview
 */

const Envelope = z.object({ event: EventType })

const Ended = z.object({
  call: z.object({
    call_id: SpareName,
    from_number: SpareName,
    to_number: SpareName,
    direction: z.enum(['inbound', 'outbound']).optional().catch(undefined),
    telephony_identifier: z.object({ twilio_call_sid: SpareName }).optional().catch(undefined),
  }),
})

const endings: ReadonlySet<string> = new Set(['call_ended', 'call_analyzed'])

/** @throws PayloadError when the body is not an event of Retell's, or one of an ended call names none */
export function readRetellEvent(raw: Buffer): SourceEvent {
  const body = readJson(raw)
  const { event } = parseWith(Envelope, body)
  if (!endings.has(event)) return asksNothing(event)
  const { call_id, from_number, to_number, direction, telephony_identifier } = parseWith(Ended, body).call
  const theirs = { inbound: from_number, outbound: to_number }
  return callEnded(event, {
    conversationId: call_id,
    messageId: telephony_identifier?.twilio_call_sid,
    phone: direction && theirs[direction],
  })
}
