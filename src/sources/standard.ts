import { z } from 'zod'
import { channels } from '../campaigns/vocabulary.ts'
import { Instant } from './instant.ts'
import { parseWith, readJson } from './json-body.ts'
import type { LeadRequest, SourceEvent } from './meaning.ts'

/** The way in for anything of one's own: Standard Webhooks with a body of `{ type, timestamp, data }`. */

const id = z.string().min(1).max(200)
const text = z.string().max(500)
/** A text of six parts and more, or several at once. */
const MAX_TEXT = 10_000

/** Body of `call.requested`, and of `POST /api/v1/journeys`. */
export const CallRequested = z.object({
  campaign: id,
  leadId: id,
  phone: text.optional(),
  timezone: text.optional(),
  firstName: text.optional(),
  lastName: text.optional(),
  email: text.optional(),
  submissionId: id.optional(),
  fields: z
    .record(z.string().max(100), z.union([z.string().max(2000), z.number(), z.boolean()]).transform(String))
    .refine(fields => Object.keys(fields).length <= 100, { error: 'may hold at most 100 fields' })
    .optional(),
})
export type CallRequested = z.infer<typeof CallRequested>

const CallEnded = z.object({ provider: id, interactionId: id })

const LeadOptedOut = z
  .object({ phone: text.optional(), leadId: id.optional(), channels: z.array(z.enum(channels)).min(1).optional() })
  .refine(data => data.phone !== undefined || data.leadId !== undefined, { error: 'needs phone or leadId' })

const TextReceived = z
  .object({ phone: text.optional(), leadId: id.optional(), text: z.string().max(MAX_TEXT), sentAt: Instant })
  .refine(data => data.phone !== undefined || data.leadId !== undefined, { error: 'needs phone or leadId' })

/** A whole body. */
export const StandardEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('call.requested'), timestamp: text.optional(), data: CallRequested }),
  z.object({ type: z.literal('call.ended'), timestamp: text.optional(), data: CallEnded }),
  z.object({ type: z.literal('lead.opted_out'), timestamp: text.optional(), data: LeadOptedOut }),
  z.object({ type: z.literal('text.received'), timestamp: Instant, data: TextReceived }),
])

/** @throws PayloadError when the body is no JSON or fits no type */
export function readStandardEvent(raw: Buffer): SourceEvent {
  const event = parseWith(StandardEvent, readJson(raw))
  switch (event.type) {
    case 'call.requested':
      return { type: event.type, meaning: { kind: 'start', ...splitRequest(event.data) } }
    case 'call.ended':
      return { type: event.type, meaning: { kind: 'call_ended', ...event.data } }
    case 'lead.opted_out': {
      const { channels: named } = event.data
      return {
        type: event.type,
        meaning: { kind: 'opted_out', ...whoOf(event.data), channels: named ?? [...channels] },
      }
    }
    case 'text.received': {
      const { sentAt: at = event.timestamp, text } = event.data
      const texts = [{ text, ...(at === undefined ? {} : { at }) }]
      return { type: event.type, meaning: { kind: 'text_received', ...whoOf(event.data), texts } }
    }
  }
}

function whoOf({ phone, leadId }: { phone?: string | undefined; leadId?: string | undefined }) {
  return { ...(phone === undefined ? {} : { phone }), ...(leadId === undefined ? {} : { leadId }) }
}

/** The campaign asked for, and the lead without absent fields. */
export function splitRequest({ campaign, ...lead }: CallRequested): { campaign: string; lead: LeadRequest } {
  const present = Object.entries(lead).filter(([, value]) => value !== undefined && value !== '')
  return { campaign, lead: Object.fromEntries(present) as unknown as LeadRequest }
}

const Request = z.object({ data: CallRequested, force: z.boolean().default(false) })

/** A request that came by the API, as it was stored. */
export function readRequest(raw: Buffer): SourceEvent {
  const { data, force } = parseWith(Request, readJson(raw))
  return { type: 'call.requested', meaning: { kind: 'start', ...splitRequest(data), force } }
}
