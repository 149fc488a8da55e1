import { z } from 'zod'
import type { Channel } from '../campaigns/vocabulary.ts'
import { PayloadError } from '../errors.ts'
import { asksNothing, EventType, SpareName } from './call-end.ts'
import { Instant } from './instant.ts'
import { parseWith, readJson } from './json-body.ts'
import type { SourceEvent } from './meaning.ts'

/**
 * LeadConnector's (HighLevel's) webhooks. The event's own page shows a flat body, a general guide one with `data` in it;
 * `VoiceAiCallEnd` is listed without a type. Both bodies are read, and a call log is known by its shape.
 * Source: https://marketplace.gohighlevel.com/docs/webhook/VoiceAiCallEnd
 */

export interface LeadConnectorBody {
  type?: string
  /** Flat, whichever way it came. */
  event: Readonly<Record<string, unknown>>
  /** Every location that it names itself to be of. */
  locations: readonly unknown[]
}

const Record = z.record(z.string(), z.unknown())
const Body = Record.and(z.object({ data: Record.optional().catch(undefined) }))

/** What the envelope says of the delivery; a field of the same name in `data` is about something else. */
const envelope = ['type', 'timestamp', 'webhookId']

/** @throws PayloadError when the body is no JSON object */
export function readLeadConnectorBody(raw: Buffer): LeadConnectorBody {
  const { data = {}, ...outer } = parseWith(Body, readJson(raw))
  const said = Object.entries(outer).filter(([name, value]) => envelope.includes(name) && value !== undefined)
  const event = { ...outer, ...data, ...Object.fromEntries(said) }
  const locations = [outer, data].map(part => part['locationId']).filter(location => location !== undefined)
  const type = typeOf(event)
  return { event, locations, ...(type === undefined ? {} : { type }) }
}

function typeOf(event: Readonly<Record<string, unknown>>): string | undefined {
  const type = EventType.safeParse(event['type'])
  if (type.success) return type.data
  return CallLog.safeParse(event).success ? 'VoiceAiCallEnd' : undefined
}

const id = z.string().min(1).max(200)

const CallLog = z.object({
  id,
  agentId: id,
  contactId: SpareName,
  createdAt: Instant.pipe(z.number({ error: 'is no instant' })),
  trialCall: z.boolean().optional().catch(undefined),
})

/** Far more than a text of many parts. */
const MAX_TEXT = 10_000
const Text = z
  .string()
  .transform(text => text.slice(0, MAX_TEXT))
  .optional()
  .catch(undefined)

/** Which field holds the text is not among what could be read of the reference: it is one of these. */
const Message = z.object({
  contactId: SpareName,
  messageType: SpareName,
  body: Text,
  message: Text,
  fromNumber: SpareName,
  phone: SpareName,
  dateAdded: Instant,
  timestamp: Instant,
})

const Setting = z.object({ status: SpareName }).optional().catch(undefined)
/** The contact is named by `contactId`, or by `id` as where contacts are read. */
const Disturbance = z.object({
  contactId: SpareName,
  id: SpareName,
  phone: SpareName,
  dnd: z.boolean().optional().catch(undefined),
  dndSettings: z.record(z.string(), Setting).optional().catch(undefined),
})

/** @throws PayloadError when the body has no type and no known shape, or lacks what its event cannot do without */
export function readLeadConnectorEvent(raw: Buffer): SourceEvent {
  const { type, event } = readLeadConnectorBody(raw)
  switch (type) {
    case undefined:
      throw new PayloadError('type: is missing, and the body is no call log', { code: 'NOT_FITTING' })
    case 'VoiceAiCallEnd':
      return readCallLog(type, event)
    case 'InboundMessage':
      return readMessage(type, event)
    case 'ContactDndUpdate':
      return readDisturbance(type, event)
    default:
      return asksNothing(type)
  }
}

function readCallLog(type: string, event: unknown): SourceEvent {
  const { id: interactionId, agentId: account, contactId, createdAt, trialCall } = parseWith(CallLog, event)
  // Nobody could be texted or asked about, and the vendor's own list shows the call as well once it knows whose it is.
  if (contactId === undefined) return asksNothing(type, 'the call log names no contact')
  // Not `fromNumber`: it is whoever rang, and nothing here says who that was.
  const whose = { interactionId, leadId: contactId, account, at: createdAt }
  const found = trialCall === true ? { ...whose, trial: true } : whose
  return { type, meaning: { kind: 'found', provider: 'leadconnector', event: type, found } }
}

function readMessage(type: string, event: unknown): SourceEvent {
  const { messageType = 'SMS', body, message, dateAdded, timestamp, ...from } = parseWith(Message, event)
  // An opt-out must not hang on a prefix.
  if (!/(?:^|_)SMS$/i.test(messageType)) return asksNothing(type, `nothing follows from a message of ${messageType}`)
  const text = body ?? message
  if (text === undefined) return asksNothing(type, 'the message has no text')
  const at = dateAdded ?? timestamp
  const texts = [{ text, ...(at === undefined ? {} : { at }) }]
  return { type, meaning: { kind: 'text_received', ...whoOf(from.contactId, from.fromNumber ?? from.phone), texts } }
}

function readDisturbance(type: string, event: unknown): SourceEvent {
  const { contactId, id: contact, phone, dnd, dndSettings = {} } = parseWith(Disturbance, event)
  const off = Object.entries(dndSettings).filter(([, setting]) =>
    ['active', 'permanent'].includes(setting?.status ?? ''),
  )
  const named = off.flatMap(([channel]) => channelsOf.get(channel.toLowerCase()) ?? [])
  const channels: Channel[] = dnd === true ? ['voice', 'sms'] : named
  if (channels.length === 0) return asksNothing(type, 'neither calls nor texts are turned off')
  const who = whoOf(contactId ?? contact, phone)
  return { type, meaning: { kind: 'opted_out', ...who, channels, reason: 'do not disturb at LeadConnector' } }
}

const channelsOf: ReadonlyMap<string, Channel> = new Map([
  ['call', 'voice'],
  ['sms', 'sms'],
])

/** @throws PayloadError for nobody */
function whoOf(leadId: string | undefined, phone: string | undefined): { leadId?: string; phone?: string } {
  if (leadId === undefined && phone === undefined) throw new PayloadError('nobody is named', { code: 'NOBODY' })
  return { ...(leadId === undefined ? {} : { leadId }), ...(phone === undefined ? {} : { phone }) }
}
