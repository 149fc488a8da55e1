import type { SecretName } from './client-settings.ts'
import type { Platform } from './platform-samples.ts'

/** What signs samples, each asked for only where it signs. */
export interface SampleSecrets {
  standard(): Buffer
  of(name: SecretName): string
  /** Twilio signs the address that it calls. */
  publicUrl(): string
  /** LeadConnector signs with a key that is its own: a sample needs one whose public half the service has. */
  privateKey(): string
  locationId(): string
}

export interface SignedSample {
  path: string
  /** The setting that the service checks it by. */
  setting: string
  headers: Record<string, string>
  raw: Buffer
}

type Signer = (body: Record<string, unknown>, atMs: number, secrets: SampleSecrets) => Promise<SignedSample>

/** Signs a body and says where it goes, as its sender does. */
export const signSample: Readonly<Record<Platform, Signer>> = {
  async elevenlabs(body, atMs, secrets) {
    const { signElevenLabs } = await import('../webhooks/sources/elevenlabs.ts')
    const setting = 'ELEVENLABS_WEBHOOK_SECRET'
    const raw = asJson(body)
    return {
      path: '/webhooks/elevenlabs',
      setting,
      headers: signElevenLabs({ secret: secrets.of(setting), atMs, raw }),
      raw,
    }
  },

  async vapi(body, atMs, secrets) {
    const { signVapi } = await import('../webhooks/sources/vapi.ts')
    const setting = 'VAPI_WEBHOOK_SECRET'
    const raw = asJson(body)
    return { path: '/webhooks/vapi', setting, headers: signVapi({ secret: secrets.of(setting), atMs, raw }), raw }
  },

  async retell(body, atMs, secrets) {
    const { signRetell } = await import('../webhooks/sources/retell.ts')
    const setting = 'RETELL_API_KEY'
    const raw = asJson(body)
    return { path: '/webhooks/retell', setting, headers: signRetell({ apiKey: secrets.of(setting), atMs, raw }), raw }
  },

  async bland(body, _atMs, secrets) {
    const { signBland } = await import('../webhooks/sources/bland.ts')
    const setting = 'BLAND_WEBHOOK_SECRET'
    const raw = asJson(body)
    return { path: '/webhooks/bland', setting, headers: signBland({ secret: secrets.of(setting), raw }), raw }
  },

  async twilio(body, _atMs, secrets) {
    const { signTwilio } = await import('../webhooks/sources/twilio.ts')
    const setting = 'TWILIO_AUTH_TOKEN'
    const path = '/webhooks/twilio'
    const fields = new URLSearchParams()
    for (const [name, value] of Object.entries(body)) fields.append(name, String(value))
    const raw = Buffer.from(fields.toString())
    const signature = signTwilio({ authToken: secrets.of(setting), url: `${secrets.publicUrl()}${path}`, form: raw })
    return { path, setting, headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...signature }, raw }
  },

  async leadconnector(body, _atMs, secrets) {
    const { signLeadConnector } = await import('../webhooks/sources/leadconnector.ts')
    const raw = asJson({ locationId: secrets.locationId(), ...body })
    const headers = signLeadConnector({ privateKey: secrets.privateKey(), raw })
    return { path: '/webhooks/leadconnector', setting: 'LEADCONNECTOR_LOCATION_ID', headers, raw }
  },
}

const asJson = (body: Record<string, unknown>) => Buffer.from(JSON.stringify(body))
