import { z } from 'zod'
import {
  adminKey,
  country,
  dataKey,
  durationMs,
  eventUrl,
  flag,
  publicKeys,
  rate,
  roleList,
  secrets,
  text,
  url,
  version,
  webhookSecret,
  wholeNumber,
} from './setting-values.ts'

export { type KeyRole, type Role, roles } from './setting-values.ts'

/**
 * Every setting this program reads: name, default, meaning and how its text is read. The table in docs/settings.md and
 * `.env.example` are held against this list by a test.
 */

const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const

export interface Setting<T extends z.ZodType = z.ZodType> {
  default?: string
  meaning: string
  secret?: true
  schema: T
}

const setting = <T extends z.ZodType>(spec: Setting<T>): Setting<T> => spec

export const settings = {
  HOST: setting({ default: '127.0.0.1', meaning: 'address to listen on', schema: text }),
  PORT: setting({
    default: '3000',
    meaning: 'port to listen on; `0` picks one and logs it in `http.listening`',
    schema: wholeNumber(0, 65_535),
  }),
  ROLES: setting({
    default: 'web,worker,scheduler',
    meaning: 'which parts run in this process; fewer than all needs `REDIS_URL`',
    schema: roleList,
  }),
  REDIS_URL: setting({
    meaning: 'Redis or Valkey; without it the service runs a private one under `DATA_DIR`',
    secret: true,
    schema: text,
  }),
  REDIS_PREFIX: setting({
    default: 'aftercall',
    meaning: 'prefix of every key',
    schema: text.regex(/^[\w.-]{1,64}$/, { error: 'may hold letters, digits, _ . and -' }),
  }),
  SHARDS: setting({
    default: '16',
    meaning: 'number of shards, fixed at the first start',
    schema: wholeNumber(1, 1024),
  }),
  REDIS_ACCEPT_UNSAFE: setting({
    default: 'false',
    meaning: 'accept a Redis with eviction, without AOF or with `everysec`; `/readyz` then says `durability`',
    schema: flag,
  }),
  REDIS_WAIT_REPLICAS: setting({
    default: '0',
    meaning: 'replicas that must have an event before its 2xx',
    schema: wholeNumber(0, 16),
  }),
  DATA_DIR: setting({ default: './data', meaning: 'files of the private Redis', schema: text }),
  CAMPAIGNS_DIR: setting({ default: './campaigns', meaning: 'folder of the `*.yaml` campaign files', schema: text }),
  PUBLIC_URL: setting({ meaning: 'address that vendors call (Twilio signs it)', schema: url }),
  ADMIN_API_KEYS: setting({
    meaning: '`name:role:key,…` with role `viewer`, `operator` or `admin`; without any only direct loopback requests',
    secret: true,
    schema: secrets.pipe(z.array(adminKey)),
  }),
  DATA_KEY: setting({
    meaning: '32 bytes in base64 (several: the first seals, all open): personal data in Redis is encrypted',
    secret: true,
    schema: secrets.pipe(z.array(dataKey)),
  }),
  RETENTION: setting({
    default: 'P90D',
    meaning: 'how long ended journeys and raw events are kept',
    schema: durationMs,
  }),
  DEFAULT_COUNTRY: setting({ default: 'US', meaning: 'country of numbers without `+`', schema: country }),
  LOG_LEVEL: setting({ default: 'info', meaning: `one of ${levels.join(', ')}`, schema: z.enum(levels) }),
  SHUTDOWN_TIMEOUT: setting({
    default: 'PT25S',
    meaning: 'how long a stop may take before it is forced',
    schema: durationMs,
  }),
  LEADSAIL_API_KEY: setting({ meaning: "LeadSail's API key (Settings page)", secret: true, schema: secrets }),
  LEADSAIL_BASE_URL: setting({
    default: 'https://api.leadsail.app/api/v1',
    meaning: "LeadSail's API, or the simulator's",
    schema: url,
  }),
  LEADSAIL_RATE: setting({
    default: '10/s',
    meaning: "requests that LeadSail's account allows, over all processes",
    schema: rate,
  }),
  LEADSAIL_WEBHOOK_SECRET: setting({
    meaning: 'compared with the header `X-Webhook-Secret` of `/webhooks/leadsail`',
    secret: true,
    schema: secrets,
  }),
  LEADSAIL_SMS_AGENT_SECRET: setting({
    meaning: "last part of the path `/webhooks/leadsail-sms/<secret>`, to which LeadSail's SMS agent sends",
    secret: true,
    schema: secrets,
  }),
  LEADSAIL_SMS_AGENT_FORWARD_URL: setting({
    meaning: 'where those deliveries are passed on as they came: your own SMS agent',
    secret: true,
    schema: eventUrl,
  }),
  LEADCONNECTOR_TOKEN: setting({
    meaning: "LeadConnector's private integration token of the sub-account",
    secret: true,
    schema: secrets,
  }),
  LEADCONNECTOR_OAUTH_CLIENT_ID: setting({
    meaning: "client id of an app of LeadConnector's marketplace, instead of a token",
    schema: text,
  }),
  LEADCONNECTOR_OAUTH_CLIENT_SECRET: setting({
    meaning: 'its client secret',
    secret: true,
    schema: secrets,
  }),
  LEADCONNECTOR_OAUTH_REFRESH_TOKEN: setting({
    meaning: 'the refresh token it was given for the sub-account; later ones are kept in Redis',
    secret: true,
    schema: secrets,
  }),
  LEADCONNECTOR_LOCATION_ID: setting({
    meaning:
      'id of the sub-account (location); `/webhooks/leadconnector` takes what is meant for it, and without it nothing',
    schema: text,
  }),
  LEADCONNECTOR_BASE_URL: setting({
    default: 'https://services.leadconnectorhq.com',
    meaning: "LeadConnector's API, or the simulator's",
    schema: url,
  }),
  LEADCONNECTOR_VERSION_VOICE: setting({
    default: '2021-04-15',
    meaning: 'its header `Version` for Voice AI and conversations',
    schema: version,
  }),
  LEADCONNECTOR_VERSION_CONTACTS: setting({
    default: '2021-07-28',
    meaning: 'its header `Version` for contacts and workflows',
    schema: version,
  }),
  LEADCONNECTOR_WEBHOOK_PUBLIC_KEY: setting({
    meaning:
      'PEM of the keys that `/webhooks/leadconnector` is signed with, where they are no longer the published ones',
    // Not for its own sake: what is put here by mistake may be the private one.
    secret: true,
    schema: publicKeys,
  }),
  LEADCONNECTOR_LEGACY_RSA: setting({
    default: 'false',
    meaning: 'also take its older signature `x-wh-signature`, where the newer is absent',
    schema: flag,
  }),
  LEADCONNECTOR_RATE: setting({
    default: '100/10s',
    meaning: "requests that LeadConnector's account allows, over all processes",
    schema: rate,
  }),
  NATURALEAD_API_KEY: setting({ meaning: "NaturaLead's API key `nl_live_…`", secret: true, schema: secrets }),
  NATURALEAD_BASE_URL: setting({
    default: 'https://api.naturalead.ai/api',
    meaning: "NaturaLead's API, or the simulator's",
    schema: url,
  }),
  NATURALEAD_RATE: setting({
    default: '500/min',
    meaning: "requests that NaturaLead's account allows, over all processes",
    schema: rate,
  }),
  META_ACCESS_TOKEN: setting({
    meaning: "Meta's access token for conversions that are sent directly (`via: meta`)",
    secret: true,
    schema: secrets,
  }),
  META_BASE_URL: setting({
    default: 'https://graph.facebook.com/v25.0',
    meaning: "Meta's Graph API with its version, or the simulator's",
    schema: url,
  }),
  META_RATE: setting({
    default: '20/s',
    meaning: 'requests to Meta, over all processes',
    schema: rate,
  }),
  TIKTOK_ACCESS_TOKEN: setting({
    meaning: "TikTok's access token for conversions that are sent directly (`via: tiktok`)",
    secret: true,
    schema: secrets,
  }),
  TIKTOK_BASE_URL: setting({
    default: 'https://business-api.tiktok.com/open_api/v1.3',
    meaning: "TikTok's Business API, or the simulator's",
    schema: url,
  }),
  TIKTOK_RATE: setting({
    default: '10/s',
    meaning: 'requests to TikTok, over all processes',
    schema: rate,
  }),
  WEBHOOK_SECRET: setting({
    meaning: 'Standard Webhooks secret `whsec_…` of `/webhooks/standard`',
    secret: true,
    schema: secrets.pipe(z.array(webhookSecret)),
  }),
  ELEVENLABS_WEBHOOK_SECRET: setting({
    meaning: "secret of ElevenLabs' post-call webhooks to `/webhooks/elevenlabs`",
    secret: true,
    schema: secrets,
  }),
  VAPI_WEBHOOK_SECRET: setting({
    meaning: "secret of Vapi's server messages to `/webhooks/vapi`, by HMAC or as a bearer token",
    secret: true,
    schema: secrets,
  }),
  RETELL_API_KEY: setting({
    meaning: "Retell's API key that is marked for webhooks, for `/webhooks/retell`",
    secret: true,
    schema: secrets,
  }),
  BLAND_WEBHOOK_SECRET: setting({
    meaning: "secret of Bland's post-call webhooks to `/webhooks/bland`",
    secret: true,
    schema: secrets,
  }),
  TWILIO_AUTH_TOKEN: setting({
    meaning: "Twilio's auth token, for `/webhooks/twilio`; needs `PUBLIC_URL`",
    secret: true,
    schema: secrets,
  }),
  ALERT_WEBHOOK_URL: setting({
    meaning: 'where alerts go when they are raised and when they are over',
    secret: true,
    schema: eventUrl,
  }),
  EVENT_WEBHOOK_URL: setting({
    meaning: 'where a Standard Webhook `journey.ended` goes whenever a journey ends',
    secret: true,
    schema: eventUrl,
  }),
  EVENT_WEBHOOK_SECRET: setting({
    meaning: 'Standard Webhooks secret `whsec_…` that signs them, and alerts',
    secret: true,
    schema: secrets.pipe(z.array(webhookSecret)),
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: setting({
    meaning: 'turns tracing on: an OTLP/HTTP collector, such as `http://127.0.0.1:4318`',
    schema: url,
  }),
  AFTERCALL_URL: setting({
    default: 'http://127.0.0.1:3000',
    meaning: 'where the command line finds the service',
    schema: url,
  }),
  AFTERCALL_API_KEY: setting({
    meaning: 'key of `ADMIN_API_KEYS` that the command line sends',
    secret: true,
    schema: secrets,
  }),
} satisfies Record<string, Setting>

export type SettingName = keyof typeof settings
