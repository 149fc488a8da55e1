import { z } from 'zod'
import { asksNothing, callEnded, EventType, SpareName } from './call-end.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * Vapi's server messages, of which `end-of-call-report` tells that a call has ended. Where the report holds the carrier's
 * id is not published: it is taken from either place that it has been seen in.
 * Source: https://docs.vapi.ai/server-url/events
 */

const Envelope = z.object({ message: z.object({ type: EventType }) })

const Customer = z.object({ number: SpareName }).optional().catch(undefined)
const Report = z.object({
  message: z.object({
    call: z
      .object({
        id: SpareName,
        phoneCallProviderId: SpareName,
        transport: z.object({ callSid: SpareName }).optional().catch(undefined),
        customer: Customer,
      })
      .optional()
      .catch(undefined),
    customer: Customer,
  }),
})

/** @throws PayloadError when the body is not a message of Vapi's, or a report names no call */
export function readVapiEvent(raw: Buffer): SourceEvent {
  const body = readJson(raw)
  const { type } = parseWith(Envelope, body).message
  if (type !== 'end-of-call-report') return asksNothing(type)
  const { call, customer } = parseWith(Report, body).message
  return callEnded(type, {
    conversationId: call?.id,
    messageId: call?.phoneCallProviderId ?? call?.transport?.callSid,
    phone: customer?.number ?? call?.customer?.number,
  })
}
