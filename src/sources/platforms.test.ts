import { describe, expect, test } from 'vitest'
import { PayloadError } from '../errors.ts'
import { readEvent } from './index.ts'

const read = (source: string, body: unknown) => readEvent(source, Buffer.from(JSON.stringify(body)))
const form = (fields: Record<string, string>) =>
  readEvent('twilio', Buffer.from(new URLSearchParams(fields).toString()))

const log = {
  id: 'log_1',
  locationId: 'loc_1',
  agentId: 'agent_1',
  contactId: 'con_1',
  createdAt: '2026-11-20T10:00:00Z',
}
const found = { interactionId: 'log_1', leadId: 'con_1', account: 'agent_1', at: Date.UTC(2026, 10, 20, 10) }
const callEnd = { kind: 'found', provider: 'leadconnector', event: 'VoiceAiCallEnd' }

describe('what a platform tells of an ended call', () => {
  test.each<[source: string, body: unknown, type: string, names: Record<string, string>]>([
    [
      'elevenlabs',
      { type: 'post_call_transcription', event_timestamp: 1, data: { conversation_id: 'conv_1', transcript: [] } },
      'post_call_transcription',
      { conversationId: 'conv_1' },
    ],
    [
      'elevenlabs',
      {
        type: 'post_call_transcription',
        data: { conversation_id: 'conv_1', metadata: { phone_call: { external_number: '+12025550123' } } },
      },
      'post_call_transcription',
      { conversationId: 'conv_1', phone: '+12025550123' },
    ],
    [
      'elevenlabs',
      { type: 'call_initiation_failure', data: { conversation_id: 'conv_1', metadata: 'no object' } },
      'call_initiation_failure',
      { conversationId: 'conv_1' },
    ],
    [
      'vapi',
      {
        message: {
          type: 'end-of-call-report',
          call: { id: 'call_1', phoneCallProviderId: 'CA1' },
          customer: { number: '+12025550123' },
        },
      },
      'end-of-call-report',
      { conversationId: 'call_1', messageId: 'CA1', phone: '+12025550123' },
    ],
    [
      'vapi',
      {
        message: {
          type: 'end-of-call-report',
          call: { id: 'call_1', transport: { callSid: 'CA1' }, customer: { number: '+12025550123' } },
          customer: null,
        },
      },
      'end-of-call-report',
      { conversationId: 'call_1', messageId: 'CA1', phone: '+12025550123' },
    ],
    [
      'retell',
      {
        event: 'call_ended',
        call: {
          call_id: 'call_1',
          direction: 'outbound',
          from_number: '+12025550199',
          to_number: '+12025550123',
          telephony_identifier: { twilio_call_sid: 'CA1' },
        },
      },
      'call_ended',
      { conversationId: 'call_1', messageId: 'CA1', phone: '+12025550123' },
    ],
    [
      'retell',
      { event: 'call_analyzed', call: { call_id: 'call_1', direction: 'inbound', from_number: '+1', to_number: '+2' } },
      'call_analyzed',
      { conversationId: 'call_1', phone: '+1' },
    ],
    [
      'retell',
      { event: 'call_ended', call: { call_id: 'call_1', direction: 'sideways', from_number: '+1', to_number: '+2' } },
      'call_ended',
      { conversationId: 'call_1' },
    ],
    ['bland', { call_id: 'call_1', to: '+2', from: '+1' }, 'post-call', { conversationId: 'call_1', phone: '+2' }],
    ['bland', { call_id: 7, to: '+2', from: '+1', inbound: true }, 'post-call', { conversationId: '7', phone: '+1' }],
    [
      'twilio',
      { CallSid: 'CA1', CallStatus: 'no-answer', Direction: 'outbound-api', To: '+2', From: '+1' },
      'call.no-answer',
      { messageId: 'CA1', phone: '+2' },
    ],
    [
      'twilio',
      { CallSid: 'CA1', CallStatus: 'completed', Direction: 'inbound', To: '+2', From: '+1' },
      'call.completed',
      { messageId: 'CA1', phone: '+1' },
    ],
  ])('%s: %j', (source, body, type, names) => {
    expect(read(source, body)).toEqual({ type, meaning: { kind: 'call_ended', ...names } })
  })
})

test('a form says what JSON with the same names says', () => {
  const fields = { CallSid: 'CA1', CallStatus: 'busy', Direction: 'outbound-dial', To: '+12025550123', From: '+1' }
  expect(form(fields)).toEqual(read('twilio', fields))
  expect(form(fields)).toMatchObject({ meaning: { messageId: 'CA1', phone: '+12025550123' } })
})

describe('what a lead has written', () => {
  test.each<[source: string, body: unknown, meaning: Record<string, unknown>]>([
    [
      'twilio',
      { MessageSid: 'SM1', SmsStatus: 'received', From: '+1', Body: 'STOP' },
      { phone: '+1', texts: [{ text: 'STOP' }] },
    ],
    ['twilio', { MessageSid: 'SM1', From: '+1', Body: '' }, { phone: '+1', texts: [{ text: '' }] }],
    [
      'leadconnector',
      {
        type: 'InboundMessage',
        messageType: 'SMS',
        contactId: 'con_1',
        body: 'STOP',
        dateAdded: '2026-11-20T10:00:00Z',
      },
      { leadId: 'con_1', texts: [{ text: 'STOP', at: Date.UTC(2026, 10, 20, 10) }] },
    ],
    [
      'leadconnector',
      {
        type: 'InboundMessage',
        data: { contactId: 'con_1', messageType: 'TYPE_SMS', message: 'stop', fromNumber: '+1' },
      },
      { leadId: 'con_1', phone: '+1', texts: [{ text: 'stop' }] },
    ],
  ])('%s: %j', (source, body, meaning) => {
    expect(read(source, body).meaning).toEqual({ kind: 'text_received', ...meaning })
  })
})

describe('what a contact’s settings say', () => {
  const update = (more: object) => read('leadconnector', { type: 'ContactDndUpdate', id: 'con_1', ...more }).meaning
  test.each<[settings: object, channels: string[]]>([
    [{ dnd: true }, ['voice', 'sms']],
    [{ dnd: true, dndSettings: { SMS: { status: 'inactive' } } }, ['voice', 'sms']],
    [{ dnd: false, dndSettings: { SMS: { status: 'active' }, Email: { status: 'active' } } }, ['sms']],
    [{ dndSettings: { Call: { status: 'permanent' }, SMS: 'nonsense' } }, ['voice']],
    [{ dndSettings: { Call: { status: 'active' }, SMS: { status: 'permanent' } } }, ['voice', 'sms']],
  ])('%j turns off %j', (settings, channels) => {
    const reason = 'do not disturb at LeadConnector'
    expect(update(settings)).toEqual({ kind: 'opted_out', leadId: 'con_1', channels, reason })
    expect(update({ ...settings, contactId: 'con_2', phone: '+1' })).toMatchObject({ leadId: 'con_2', phone: '+1' })
  })

  test.each<object>([
    {},
    { dnd: false },
    { dnd: 'yes', dndSettings: [] },
    { dndSettings: { SMS: { status: 'inactive' }, constructor: { status: 'active' } } },
  ])('%j turns off nothing', settings => {
    expect(update(settings)).toEqual({ kind: 'nothing', reason: 'neither calls nor texts are turned off' })
  })
})

describe('a call log', () => {
  test.each<[what: string, body: unknown, more: object]>([
    ['flat, without a type', log, {}],
    ['flat', { ...log, type: 'VoiceAiCallEnd', webhookId: 'wh_1', timestamp: 'x' }, {}],
    ['nested', { type: 'VoiceAiCallEnd', webhookId: 'wh_1', data: { ...log, type: 'Outbound' } }, {}],
    ['nested, without a type', { webhookId: 'wh_1', data: log }, {}],
    ['of a trial: its number may be anybody’s', { ...log, fromNumber: '+1', trialCall: true }, { trial: true }],
  ])('%s', (_what, body, more) => {
    expect(read('leadconnector', body)).toEqual({
      type: 'VoiceAiCallEnd',
      meaning: { ...callEnd, found: { ...found, ...more } },
    })
  })
})

describe('events that ask nothing of us', () => {
  test.each<[source: string, body: unknown, reason: string]>([
    ['elevenlabs', { type: 'post_call_audio', data: 7 }, 'nothing follows from post_call_audio'],
    ['elevenlabs', { type: 'call_initiation_failure', data: {} }, 'the call that failed is not named'],
    ['vapi', { message: { type: 'status-update', status: 'ended' } }, 'nothing follows from status-update'],
    ['retell', { event: 'call_started' }, 'nothing follows from call_started'],
    ['twilio', { CallSid: 'CA1', CallStatus: 'ringing' }, 'nothing follows from call.ringing'],
    ['twilio', { CallSid: 'CA1' }, 'nothing follows from call'],
    ['twilio', { MessageSid: 'SM1', MessageStatus: 'delivered', From: '+1' }, 'nothing follows from message.delivered'],
    ['leadconnector', { type: 'OutboundMessage' }, 'nothing follows from OutboundMessage'],
    ['leadconnector', { ...log, contactId: null }, 'the call log names no contact'],
    [
      'leadconnector',
      { type: 'InboundMessage', messageType: 'CALL', contactId: 'con_1' },
      'nothing follows from a message of CALL',
    ],
    ['leadconnector', { type: 'InboundMessage', messageType: 'SMS', contactId: 'con_1' }, 'the message has no text'],
  ])('%s: %j', (source, body, reason) => {
    expect(read(source, body).meaning).toEqual({ kind: 'nothing', reason })
  })
})

describe('bodies that cannot be read', () => {
  test.each<[source: string, body: unknown, why: RegExp]>([
    ['elevenlabs', {}, /^type: /],
    ['elevenlabs', { type: 'post_call_transcription' }, /^data: /],
    ['elevenlabs', { type: 'post_call_transcription', data: { conversation_id: '' } }, /is not named/],
    ['vapi', { type: 'end-of-call-report' }, /^message: /],
    ['vapi', { message: { type: 'end-of-call-report', call: 'call_1' } }, /is not named/],
    ['retell', { event: 7 }, /^event: /],
    ['retell', { event: 'call_ended', call: [] }, /^call: |is not named/],
    ['bland', [], /^body: /],
    ['bland', { status: 'completed' }, /is not named/],
    ['twilio', {}, /^neither a call nor a message/],
    ['twilio', { MessageSid: 'SM1', SmsStatus: 'received', Body: 'STOP' }, /^From: is missing/],
    ['leadconnector', { id: 'x' }, /^type: is missing/],
    ['leadconnector', [], /^body: /],
    ['leadconnector', { ...log, type: 'VoiceAiCallEnd', createdAt: 'soon' }, /^createdAt: is no instant/],
    ['leadconnector', { ...log, type: 'VoiceAiCallEnd', agentId: '' }, /^agentId: /],
    ['leadconnector', { type: 'InboundMessage', body: 'STOP' }, /^nobody is named/],
    ['leadconnector', { type: 'ContactDndUpdate', dnd: true }, /^nobody is named/],
  ])('%s: %j', (source, body, why) => {
    expect(() => read(source, body)).toThrow(PayloadError)
    expect(() => read(source, body)).toThrow(why)
  })

  test('a form that is none, and JSON that stops half-way', () => {
    expect(() => readEvent('twilio', Buffer.from('no form'))).toThrow(/^neither a call nor a message/)
    expect(() => readEvent('twilio', Buffer.from(' {"CallSid":'))).toThrow(/not valid JSON/)
  })
})
