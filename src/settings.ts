import { z } from 'zod'

/**
 * Every setting this program reads: name, default, meaning and how its text is read. The table in the README and
 * `.env.example` are held against this list by a test.
 */

const text = z.string()
const url = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .transform(value => value.replace(/\/+$/, ''))
/** Sent to as it is: to some receivers a slash at the end is another address. */
const eventUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http(s) URL' })
  .refine(
    value => !/^[^/]*\/\/[^/?#]*@/.test(value),
    'must hold no user name or password: what its receiver checks may stand in path or query',
  )
const secrets = text.transform(value =>
  value
    .split(',')
    .map(part => part.trim())
    .filter(part => part !== ''),
)
const flag = z.enum(['true', 'false'], { error: 'must be true or false' }).transform(value => value === 'true')
const wholeNumber = (min: number, max: number) =>
  text
    .regex(/^\d+$/, { error: `must be a whole number from ${min} to ${max}` })
    .transform(Number)
    .pipe(z.number().min(min).max(max))
const durationMs = z.iso.duration({ error: 'must be an ISO 8601 duration such as P90D or PT25S' })

export const roles = ['web', 'worker', 'scheduler'] as const
export type Role = (typeof roles)[number]

export const keyRoles = ['viewer', 'operator', 'admin'] as const
export type KeyRole = (typeof keyRoles)[number]

const roleList = text.transform((value, context): Role[] => {
  const named = value.split(',').map(part => part.trim())
  const unknown = named.filter(name => !roles.includes(name as Role))
  if (unknown.length > 0) context.addIssue(`knows ${roles.join(', ')}, not ${unknown.join(', ')}`)
  return roles.filter(role => named.includes(role))
})

const adminKey = z.string().transform((value, context) => {
  const [name = '', role = '', ...rest] = value.split(':')
  const key = rest.join(':')
  if (!/^[\w.@-]{1,64}$/.test(name) || !keyRoles.includes(role as KeyRole) || key === '') {
    context.addIssue(`must be name:role:key with role ${keyRoles.join(', ')}`)
  }
  return { name, role: role as KeyRole, key }
})

const dataKey = z.string().transform((value, context) => {
  const bytes = Buffer.from(value, 'base64')
  if (bytes.length !== 32) context.addIssue('must be 32 bytes in base64 (openssl rand -base64 32)')
  return bytes
})

/** A Standard Webhooks secret: `whsec_` and the base64 of the key. */
const webhookSecret = z.string().transform((value, context) => {
  const bytes = Buffer.from(value.replace(/^whsec_/, ''), 'base64')
  if (!value.startsWith('whsec_') || bytes.length < 16) {
    context.addIssue('must be whsec_ followed by the base64 of 24 to 64 random bytes')
  }
  return bytes
})

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
const country = text
  .regex(/^[A-Z]{2}$/, { error: 'must be a two-letter country code such as US' })
  .refine(code => regions.of(code) !== undefined, { error: 'is no country' })

/** `10/s`, `500/min`, `100/10s`: requests per time. */
const rate = text
  .regex(/^[1-9]\d{0,6}\/([1-9]\d{0,3})?(s|min|h)$/, { error: 'must be a rate such as 10/s, 500/min or 100/10s' })
  .transform(value => {
    const [requests = '', per = ''] = value.split('/')
    const [, count = '', unit = ''] = /^(\d*)(\D+)$/.exec(per) ?? []
    const unitMs = unit === 's' ? 1_000 : unit === 'min' ? 60_000 : 3_600_000
    return { requests: Number(requests), perMs: Number(count || 1) * unitMs }
  })

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
  PUBLIC_URL: setting({ meaning: 'address that vendors call', schema: url }),
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
  EVENT_WEBHOOK_URL: setting({
    meaning: 'where a Standard Webhook `journey.ended` goes whenever a journey ends',
    secret: true,
    schema: eventUrl,
  }),
  EVENT_WEBHOOK_SECRET: setting({
    meaning: 'Standard Webhooks secret `whsec_…` that signs them',
    secret: true,
    schema: secrets.pipe(z.array(webhookSecret)),
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
