import { z } from 'zod'
import { callEnded, SpareName } from './call-end.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * Bland's post-call webhooks: the details of a call that is over, without a type. Which of its numbers is the lead's, is
 * not among what could be read of the reference: `to`, or `from` of a call that says it was `inbound`. Another number
 * than the lead's finds nothing.
 * Source: https://docs.bland.ai/tutorials/post-call-webhooks
 */
const CallDetails = z.object({
  call_id: SpareName,
  to: SpareName,
  from: SpareName,
  inbound: z.boolean().optional().catch(undefined),
})

/** @throws PayloadError when the body is no object, or names no call */
export function readBlandEvent(raw: Buffer): SourceEvent {
  const { call_id: conversationId, to, from, inbound } = parseWith(CallDetails, readJson(raw))
  return callEnded('post-call', { conversationId, phone: inbound === true ? from : to })
}
