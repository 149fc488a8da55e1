/** What voice platforms, carriers and LeadConnector send, as far as it means something here. */

export type Platform = 'elevenlabs' | 'vapi' | 'retell' | 'bland' | 'twilio' | 'leadconnector'

export interface Asked {
  /** The event's own id: its call's or its delivery's. */
  id: string
  /** Over the fields of the sample that tell of the call, the message or the contact. */
  data: Readonly<Record<string, unknown>>
  atMs: number
}

interface PlatformSample {
  platform: Platform
  body(asked: Asked): Record<string, unknown>
}

const lead = '+12025550123'
const ours = '+12025550199'

const retell = (event: string): PlatformSample => ({
  platform: 'retell',
  body: ({ id, data }) => {
    const call = { call_id: id, direction: 'outbound', from_number: ours, to_number: lead, call_status: 'ended' }
    return { event, call: { ...call, ...data } }
  },
})

const elevenlabs = (type: string, sample: object): PlatformSample => ({
  platform: 'elevenlabs',
  body: ({ id, data, atMs }) => {
    const event_timestamp = Math.floor(atMs / 1000)
    return { type, event_timestamp, data: { conversation_id: id, ...sample, ...data } }
  },
})

const leadconnector = (type: string, sample: object): PlatformSample => ({
  platform: 'leadconnector',
  body: ({ id, data, atMs }) => {
    const at = new Date(atMs).toISOString()
    return { type, webhookId: id, timestamp: at, contactId: 'contact_sample', createdAt: at, ...sample, ...data }
  },
})

/** By their type as `events list` shows it. */
export const platformSamples: ReadonlyMap<string, PlatformSample> = new Map([
  ['post_call_transcription', elevenlabs('post_call_transcription', { status: 'done' })],
  ['call_initiation_failure', elevenlabs('call_initiation_failure', {})],
  [
    'end-of-call-report',
    {
      platform: 'vapi',
      body: ({ id, data }) => {
        const call = { id, customer: { number: lead }, ...data }
        return { message: { type: 'end-of-call-report', endedReason: 'customer-ended-call', call } }
      },
    },
  ],
  ['call_ended', retell('call_ended')],
  ['call_analyzed', retell('call_analyzed')],
  ['post-call', { platform: 'bland', body: ({ id, data }) => ({ call_id: id, completed: true, to: lead, ...data }) }],
  [
    'call.completed',
    {
      platform: 'twilio',
      body: ({ id, data }) => ({
        ...{ CallSid: id, CallStatus: 'completed', Direction: 'outbound-api', From: ours, To: lead },
        ...data,
      }),
    },
  ],
  [
    'message.received',
    {
      platform: 'twilio',
      body: ({ id, data }) => ({
        ...{ MessageSid: id, SmsStatus: 'received', From: lead, To: ours, Body: 'Hello' },
        ...data,
      }),
    },
  ],
  [
    'VoiceAiCallEnd',
    leadconnector('VoiceAiCallEnd', { id: 'log_sample', agentId: 'agent_sample', fromNumber: lead, duration: 42 }),
  ],
  ['InboundMessage', leadconnector('InboundMessage', { messageType: 'SMS', body: 'Hello' })],
  ['ContactDndUpdate', leadconnector('ContactDndUpdate', { dnd: true })],
])
