import { createHash } from 'node:crypto'
import { signBland } from '../../../src/webhooks/sources/bland.ts'
import { signElevenLabs } from '../../../src/webhooks/sources/elevenlabs.ts'
import { signLeadConnector } from '../../../src/webhooks/sources/leadconnector.ts'
import { signRetell } from '../../../src/webhooks/sources/retell.ts'
import { signTwilio } from '../../../src/webhooks/sources/twilio.ts'
import { signVapi } from '../../../src/webhooks/sources/vapi.ts'
import { pemPair } from '../../support/pem-pair.ts'
import type { Delivery } from './deliveries.ts'

const [first, second, stranger] = [pemPair(), pemPair(), pemPair()]

/** Not where the service listens: the address that proxies show to Twilio. */
const PUBLIC_URL = 'https://calls.example.com'
export const LOCATION = 'loc_1'

/** Two secrets for each source: the second is on its way in. */
export const platformEnv = {
  PUBLIC_URL,
  ELEVENLABS_WEBHOOK_SECRET: 'first,second',
  VAPI_WEBHOOK_SECRET: 'first,second',
  RETELL_API_KEY: 'first,second',
  BLAND_WEBHOOK_SECRET: 'first,second',
  TWILIO_AUTH_TOKEN: 'first,second',
  LEADCONNECTOR_LOCATION_ID: LOCATION,
  LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: `${first.publicKey}${second.publicKey}`,
}

export interface Signing {
  atMs: number
  /** `stranger` is a secret that the service does not have. */
  secret?: 'first' | 'second' | 'stranger'
}

/** A vendor that sends webhooks. */
export interface PlatformSender {
  source: string
  /** The headers that prove it. */
  proofs: readonly string[]
  /** How far its signed time may lie from now, where it signs one, ms. */
  reach?: { backMs: number; aheadMs: number }
  /** An event of a call that ended. */
  body(id: string, atMs: number): Buffer
  send(raw: Buffer, signing: Signing): Delivery
}

const json = { 'content-type': 'application/json' }
const bytes = (body: unknown) => Buffer.from(JSON.stringify(body))

function sender(
  source: string,
  parts: Omit<PlatformSender, 'source' | 'send'> & { sign(raw: Buffer, signing: Required<Signing>): object },
): PlatformSender {
  const { sign, ...rest } = parts
  const send = (raw: Buffer, { secret = 'first', atMs }: Signing): Delivery => ({
    path: `/webhooks/${source}`,
    headers: { ...json, ...sign(raw, { secret, atMs }) },
    body: raw,
  })
  return { source, ...rest, send }
}

const elevenlabs = sender('elevenlabs', {
  proofs: ['elevenlabs-signature'],
  reach: { backMs: 1_800_000, aheadMs: 1_800_000 },
  body: id => bytes({ type: 'post_call_transcription', event_timestamp: 1, data: { conversation_id: id } }),
  sign: (raw, { secret, atMs }) => signElevenLabs({ secret, atMs, raw }),
})

const vapi = sender('vapi', {
  proofs: ['x-signature', 'x-timestamp'],
  reach: { backMs: 300_000, aheadMs: 300_000 },
  body: id => bytes({ message: { type: 'end-of-call-report', call: { id } } }),
  sign: (raw, { secret, atMs }) => signVapi({ secret, atMs, raw }),
})

const retell = sender('retell', {
  proofs: ['x-retell-signature'],
  reach: { backMs: 300_000, aheadMs: 300_000 },
  body: id => bytes({ event: 'call_ended', call: { call_id: id } }),
  sign: (raw, { secret, atMs }) => signRetell({ apiKey: secret, atMs, raw }),
})

const bland = sender('bland', {
  proofs: ['x-webhook-signature'],
  body: id => bytes({ call_id: id, completed: true }),
  sign: (raw, { secret }) => signBland({ secret, raw }),
})

const leadconnector = sender('leadconnector', {
  proofs: ['x-ghl-signature'],
  reach: { backMs: 12 * 3_600_000, aheadMs: 12 * 3_600_000 },
  body: (id, atMs) => {
    const timestamp = new Date(atMs).toISOString()
    return bytes({ type: 'VoiceAiCallEnd', webhookId: `wh_${id}`, timestamp, locationId: LOCATION, ...callLog(id) })
  },
  sign: (raw, { secret }) => signLeadConnector({ ...{ first, second, stranger }[secret], raw }),
})

export function callLog(id: string): Record<string, unknown> {
  return { id, agentId: 'agent_1', contactId: 'con_1', createdAt: '2026-11-20T10:00:00.000Z', duration: 42 }
}

const twilioForm: PlatformSender = {
  source: 'twilio',
  proofs: ['x-twilio-signature'],
  body: id => Buffer.from(new URLSearchParams({ CallSid: id, CallStatus: 'completed', To: '+1 202' }).toString()),
  send(form, { secret: authToken = 'first' }) {
    const path = '/webhooks/twilio?campaign=roof'
    const signature = signTwilio({ authToken, url: `${PUBLIC_URL}${path}`, form })
    return { path, headers: { 'content-type': 'application/x-www-form-urlencoded', ...signature }, body: form }
  },
}

const twilioJson: PlatformSender = {
  source: 'twilio',
  proofs: ['x-twilio-signature'],
  body: id => bytes({ CallSid: id, CallStatus: 'completed' }),
  send(raw, { secret: authToken = 'first' }) {
    const path = `/webhooks/twilio?bodySHA256=${createHash('sha256').update(raw).digest('hex')}`
    return { path, headers: { ...json, ...signTwilio({ authToken, url: `${PUBLIC_URL}:443${path}` }) }, body: raw }
  },
}

export const senders = { elevenlabs, vapi, retell, bland, leadconnector, twilioForm, twilioJson }
