import { voiceAgentOf } from './campaigns.ts'
import { transcriptOf } from './conversation.ts'

/** One message of an SMS thread; `at` in milliseconds since the epoch. */
interface ThreadMessage {
  at: number
  role: 'agent' | 'user'
  text: string
  source: 'manual' | 'api' | 'inbound' | 'sms_agent' | 'system'
}

interface InteractionBase {
  interactionId: string
  leadId: string
  campaignId: string
  /** The lead's number. */
  phone: string
  /** Our own number. */
  ownPhone: string
  direction: 'inbound' | 'outbound'
  createdAt: number
}

/** A call, with its whole future: what it shows at an instant is computed when somebody looks. */
export interface CallRecord extends InteractionBase {
  type: 'call'
  /** `Infinity`: never. */
  endsAt: number
  /** What the call took in its own time, whatever the time scale: the reported duration. */
  lengthMs: number
  /** What it ends as. */
  status: string
  spokenTo: boolean
  /** Chooses the words. */
  voice: number
  /** `Infinity`: never. */
  summaryAt: number
  summary: string
  terminationReason: string
  firstName: string
  transcript?: readonly { role: 'agent' | 'user'; message: string }[]
  errorCode?: string
  errorMessage?: string
  isTest: boolean
  via: 'api' | 'dialer' | 'foreign'
  instructions?: string
}

export interface ThreadRecord extends InteractionBase {
  type: 'sms'
  messages: ThreadMessage[]
}

export type InteractionRecord = CallRecord | ThreadRecord

/** The interaction as LeadSail shows it, in one read as in the list, as it stood at `asOf`. */
export function showInteraction(record: InteractionRecord, asOf: number): Record<string, unknown> {
  return record.type === 'call' ? showCall(record, asOf) : showThread(record, asOf)
}

/** What a call's status is at an instant. */
export function statusAt(call: CallRecord, asOf: number): string {
  return asOf < call.endsAt ? 'in_progress' : call.status
}

function showCall(call: CallRecord, asOf: number): Record<string, unknown> {
  const ended = asOf >= call.endsAt
  const summarised = ended && asOf >= call.summaryAt
  const agentId = voiceAgentOf(call.campaignId)
  const conversationId = `conv_${call.interactionId.slice(4)}`
  return {
    ...identity(call),
    status: statusAt(call, asOf),
    telephony: { provider: 'vonage', messageId: `vng-${call.interactionId.slice(4)}`, phoneNumber: call.ownPhone },
    call: {
      source: 'webrtc',
      direction: call.direction,
      ...(ended && {
        duration: call.spokenTo || call.status === 'voicemail' ? Math.round(call.lengthMs / 1000) : 0,
        ...(call.spokenTo && { recordingUrl: `https://recordings.example.com/${call.interactionId}.mp3` }),
        terminationReason: call.terminationReason,
        spokenTo: call.spokenTo,
      }),
      voiceAI: { provider: 'elevenlabs', agentId, conversationId },
    },
    ...(summarised && { summary: call.summary }),
    transcript: ended ? spoken(call) : [],
    ...(ended && call.errorCode !== undefined && { errorCode: call.errorCode }),
    ...(ended && call.errorMessage !== undefined && { errorMessage: call.errorMessage }),
    ...(call.isTest && { isTest: true }),
    createdAt: isoOf(call.createdAt),
    updatedAt: isoOf(summarised ? call.summaryAt : ended ? call.endsAt : call.createdAt),
  }
}

function showThread(thread: ThreadRecord, asOf: number): Record<string, unknown> {
  const messages = thread.messages.filter(message => message.at <= asOf)
  return {
    ...identity(thread),
    // A thread has no end: it stays `incomplete` while it is open.
    status: 'incomplete',
    telephony: { provider: 'vonage', messageId: `vng-${thread.interactionId.slice(4)}`, phoneNumber: thread.ownPhone },
    sms: { agentMode: false, direction: thread.direction },
    transcript: messages.map(({ at, role, text, source }) => ({ timestamp: isoOf(at), role, message: text, source })),
    createdAt: isoOf(thread.createdAt),
    updatedAt: isoOf(messages.at(-1)?.at ?? thread.createdAt),
  }
}

function identity(record: InteractionRecord) {
  return {
    interactionId: record.interactionId,
    leadId: record.leadId,
    campaignId: record.campaignId,
    clientId: `client_${record.campaignId}`,
    offerId: `offer_${record.campaignId}`,
    type: record.type,
    phone: record.phone,
  }
}

/** Turns spread evenly over the call. */
function spoken(call: CallRecord) {
  const turns = call.transcript ?? transcriptOf(call)
  const step = (call.endsAt - call.createdAt) / (turns.length + 1)
  return turns.map(({ role, message }, index) => ({
    timestamp: isoOf(call.createdAt + step * (index + 1)),
    role,
    message,
    source: 'system',
  }))
}

function isoOf(instant: number): string {
  return new Date(instant).toISOString()
}
