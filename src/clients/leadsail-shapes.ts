import { z } from 'zod'
import { AttributionFields } from './attribution.ts'
import { Flag, Id, Instant, present, Seconds, Text } from './fields.ts'
import { Questionnaire } from './leadsail-questionnaire.ts'
import type { Interaction, InteractionMessage, ListedLead, VendorLead } from './ports.ts'

/**
 * LeadSail's answers, and what they are in our words. Unknown fields and statuses pass; only what we cannot do without
 * is required. Shapes: https://docs.dev.leadsail.app/docs/api-reference
 */

/** The envelope of a success; `success: false` was read before, by `readLeadSailFailure`. */
export function answerOf<T extends z.ZodType>(Data: T) {
  return z.object({ data: Data })
}

/** A record that stands in `data` itself or under its own name there. */
function bareOrUnder<T extends z.ZodType>(name: string, Record: T) {
  return z.preprocess(data => {
    const inner = typeof data === 'object' && data !== null ? Reflect.get(data, name) : undefined
    return typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? inner : data
  }, Record)
}

const Message = z.object({ timestamp: Instant, role: Text, message: z.string().catch(''), source: Text }).transform(
  ({ timestamp, role, message, source }): InteractionMessage =>
    // The text stays as it is: a text we sent is found again by being equal.
    present({ at: timestamp, role: role ?? 'unknown', text: message, source }),
)

const Transcript = z
  .array(Message.nullable().catch(null))
  .catch([])
  .transform(messages => messages.filter(message => message !== null))

const Direction = z.enum(['inbound', 'outbound']).optional().catch(undefined)

const Call = z.object({
  direction: Direction,
  duration: Seconds,
  terminationReason: Text,
  spokenTo: Flag,
  voiceAI: z.object({ conversationId: Text }).optional().catch(undefined),
})

const RawInteraction = z.object({
  interactionId: Id,
  leadId: Text,
  campaignId: Text,
  type: Text,
  status: Text,
  phone: Text,
  telephony: z.object({ messageId: Text }).optional().catch(undefined),
  call: Call.optional().catch(undefined),
  sms: z.object({ direction: Direction }).optional().catch(undefined),
  summary: Text,
  transcript: Transcript,
  errorCode: Text,
  errorMessage: Text,
  createdAt: Instant,
  updatedAt: Instant,
})

/** An SMS thread stays `incomplete` while people still write in it; for anything else only `in_progress` is open. */
function isLive(type: string, status: string): boolean {
  const word = status.toLowerCase()
  return word === 'in_progress' || (type === 'sms' && word === 'incomplete')
}

function toInteraction(raw: z.output<typeof RawInteraction>): Interaction {
  const { telephony, call, sms, transcript, ...plain } = raw
  const type = raw.type?.toLowerCase() ?? (call ? 'call' : sms ? 'sms' : 'unknown')
  const status = raw.status ?? ''
  return present({
    ...plain,
    type,
    status,
    live: isLive(type, status),
    direction: (type === 'sms' ? sms : call)?.direction ?? call?.direction ?? sms?.direction,
    talkMs: call?.duration,
    spokenTo: call?.spokenTo,
    terminationReason: call?.terminationReason,
    conversationId: call?.voiceAI?.conversationId,
    messageId: telephony?.messageId,
    messages: transcript,
  })
}

/** One interaction that is being followed: without a status it tells nothing, and is read again. */
export const OneInteraction = answerOf(
  bareOrUnder(
    'interaction',
    RawInteraction.refine(raw => raw.status !== undefined, { path: ['status'] }).transform(toInteraction),
  ),
)

/**
 * All interactions of a lead. An entry without a status stays in, and one without an id spoils the list: a call that was
 * left out here would be placed again.
 */
const Interactions = z.array(RawInteraction.transform(toInteraction))
export const InteractionsOfLead = answerOf(
  z.union([z.object({ interactions: Interactions }).transform(data => data.interactions), Interactions]),
)

const Person = z.object({
  phone: Text,
  timezone: Text,
  firstName: Text,
  lastName: Text,
  email: Text,
})
/** The reference names the person's fields both bare and as the lead's contact. */
const RawLead = Person.extend({
  leadId: Text,
  contact: Person.optional().catch(undefined),
  attribution: AttributionFields,
})

export const OneLead = answerOf(
  bareOrUnder(
    'lead',
    RawLead.transform(({ contact, ...lead }): Partial<VendorLead> => ({ ...present(contact ?? {}), ...present(lead) })),
  ),
)

/** What LeadSail's agents and forms found out about a lead. */
export const LeadAnswers = answerOf(
  bareOrUnder(
    'lead',
    z.object({ questionnaire: Questionnaire }).transform(({ questionnaire }) => questionnaire),
  ),
)

/** An entry without an id spoils the list: a lead that was left out here would be created again. */
const Listed = z.object({ leadId: Id, phone: Text, contact: Person.optional().catch(undefined), createdAt: Instant })

/** One page of leads. */
export const LeadPage = answerOf(
  z.object({
    leads: z.array(
      Listed.transform(
        ({ contact, phone, ...lead }): ListedLead => present({ ...lead, phone: phone ?? contact?.phone }),
      ),
    ),
    nextCursor: Text,
    hasMore: Flag,
  }),
)

export const CallTaken = answerOf(z.object({ interactionId: Id }))
export const TextTaken = answerOf(z.object({ messageId: Id, interactionId: Text, status: Text }))
/** A pixel has its own success inside the envelope's: LeadSail took the request, the platform took the event. */
export const PixelTaken = z.object({ success: z.literal(true), data: z.object({ success: z.boolean() }) })
export const LeadCreated = answerOf(z.object({ leadId: Id, submissionId: Text }))
