import { z } from 'zod'
import { PayloadError } from '../errors.ts'
import { Instant } from './instant.ts'
import { parseWith, readJson } from './json-body.ts'
import type { InboundText, SourceEvent } from './meaning.ts'
import { isWrittenByLead } from './written-by.ts'

/**
 * LeadSail's SMS agent webhook: what a lead has written within some seconds, as one text, and the thread so far.
 * Source: https://docs.dev.leadsail.app/docs/guides/sms-agents/configuration
 */

const spare = z
  .union([z.string(), z.number()])
  .transform(value => String(value).slice(0, 200))
  .optional()
  .catch(undefined)

const Message = z.object({
  message: z.string(),
  role: spare,
  source: spare,
  timestamp: Instant,
})
/** A message that cannot be read is left out: what was written now stands by itself. */
const Transcript = z.array(Message.optional().catch(undefined)).optional().catch(undefined)

const SmsAgentDelivery = z.object({
  message: z.object({ combinedText: z.string(), senderPhone: spare }),
  lead: z.object({ leadId: spare, phone: spare }).optional().catch(undefined),
  interaction: z.object({ transcript: Transcript }).optional().catch(undefined),
  timestamp: Instant,
})

/** @throws PayloadError when the body is no delivery to an SMS agent, or names nobody */
export function readLeadSailText(raw: Buffer): SourceEvent {
  const { message, lead, interaction, timestamp } = parseWith(SmsAgentDelivery, readJson(raw))
  const phone = message.senderPhone || lead?.phone
  const leadId = lead?.leadId
  if (!phone && !leadId) throw new PayloadError('neither a number nor a lead is named', { code: 'NOBODY' })
  const texts = [
    ...(interaction?.transcript ?? []).flatMap(said => (said === undefined ? [] : inbound(said))),
    { text: message.combinedText, ...(timestamp === undefined ? {} : { at: timestamp }) },
  ]
  const who = { ...(phone ? { phone } : {}), ...(leadId ? { leadId } : {}) }
  return { type: 'text.received', meaning: { kind: 'text_received', ...who, texts } }
}

/** Earlier texts of the lead, where it is known when they were written: they may never have come here. */
function inbound({ message, role, source, timestamp }: z.output<typeof Message>): InboundText[] {
  return isWrittenByLead({ role, source }) && timestamp !== undefined ? [{ text: message, at: timestamp }] : []
}
