import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { parseDurationMs } from './campaigns/duration.ts'
import { ConfigError } from './errors.ts'
import { isLoopback } from './loopback.ts'
import { parseRedisUrl } from './redis/redis-url.ts'
import { type KeyRole, type Role, roles, type Setting, type SettingName, settings } from './settings.ts'
import { type ShownSetting, showSettings } from './shown-settings.ts'

export interface AdminKey {
  name: string
  role: KeyRole
  key: string
}

export interface Config {
  http: { host: string; port: number; publicUrl?: string; adminKeys: readonly AdminKey[] }
  roles: readonly Role[]
  redis: { url?: string; prefix: string; shards: number; acceptUnsafe: boolean; waitReplicas: number }
  dataDir: string
  campaignsDir: string
  dataKeys: readonly Buffer[]
  retentionMs: number
  defaultCountry: string
  logLevel: string
  shutdownTimeoutMs: number
  leadsail: {
    apiKeys: readonly string[]
    baseUrl: string
    rate: { requests: number; perMs: number }
    webhookSecrets: readonly string[]
    /** What LeadSail sends to an SMS agent: the secrets of its path, and where it is passed on. */
    smsAgent: { secrets: readonly string[]; forwardUrl?: string }
  }
  leadconnector: {
    tokens: readonly string[]
    /** Instead of a token: an app that was let in to the sub-account. */
    oauth?: { clientId: string; clientSecret: string; refreshToken: string }
    locationId?: string
    baseUrl: string
    /** What its header `Version` says, by family of endpoints. */
    versions: { voice: string; contacts: string }
    rate: { requests: number; perMs: number }
    /** Its webhooks: PEM of the keys they are signed with, none for the published ones; whether older ones are taken. */
    webhooks: { publicKeys: readonly string[]; legacyRsa: boolean }
  }
  naturalead: { apiKeys: readonly string[]; baseUrl: string; rate: { requests: number; perMs: number } }
  meta: DestinationConfig
  tiktok: DestinationConfig
  standard: { secrets: readonly Buffer[] }
  /** Voice platforms and carriers that tell of ended calls: the secrets that each signs with. */
  platforms: Readonly<Record<Platform, readonly string[]>>
  /** Where our own events go; the first secret signs. */
  events?: { url: string; secrets: readonly Buffer[] }
  /** Where alerts go; the first secret signs, if there is one. */
  alerts?: { url: string; secrets: readonly Buffer[] }
  /** Base address of a collector of traces. */
  tracesUrl?: string
  /** All settings as people may see them: no secret is in them. */
  shown: readonly ShownSetting[]
}

/** An ad platform that is sent conversions directly; without a token it is not set up. */
interface DestinationConfig {
  accessTokens: readonly string[]
  baseUrl: string
  rate: { requests: number; perMs: number }
}

type Platform = 'elevenlabs' | 'vapi' | 'retell' | 'bland' | 'twilio'

export type Env = Readonly<Record<string, string | undefined>>

/** The process environment over the `.env` file of the working directory. The only reader of `process.env`. */
export function readEnv(envFile = '.env'): Env {
  let fromFile: Env = {}
  try {
    fromFile = parseEnv(readFileSync(envFile, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new ConfigError([`${envFile}: cannot be read: ${error}`])
  }
  return { ...fromFile, ...process.env }
}

/**
 * Reads all settings out of an environment. An empty value counts as absent.
 * @throws ConfigError naming every bad setting at once
 */
export function loadConfig(env: Env): Config {
  const faults: string[] = []
  const read = createSettingsReader(env, faults)
  const required = <N extends SettingName>(name: N, otherwise: (typeof settings)[N]['schema']['_output']) =>
    read(name) ?? otherwise
  const durationMs = (name: 'RETENTION' | 'SHUTDOWN_TIMEOUT'): number => {
    const duration = read(name)
    const ms = duration === undefined ? 0 : parseDurationMs(duration)
    if (ms === undefined)
      faults.push(`${name}: may hold weeks, days, hours, minutes and seconds only (is "${duration}")`)
    return ms ?? 0
  }

  const url = read('REDIS_URL')
  const publicUrl = read('PUBLIC_URL')
  const forwardUrl = read('LEADSAIL_SMS_AGENT_FORWARD_URL')
  const eventsUrl = read('EVENT_WEBHOOK_URL')
  const alertsUrl = read('ALERT_WEBHOOK_URL')
  const ownSecrets = required('EVENT_WEBHOOK_SECRET', [])
  const tracesUrl = read('OTEL_EXPORTER_OTLP_ENDPOINT')
  const locationId = read('LEADCONNECTOR_LOCATION_ID')
  const oauth = readOauth(read, faults)
  const config: Config = {
    http: {
      host: required('HOST', ''),
      port: required('PORT', 0),
      adminKeys: required('ADMIN_API_KEYS', []),
      ...(publicUrl === undefined ? {} : { publicUrl }),
    },
    roles: required('ROLES', []),
    redis: {
      prefix: required('REDIS_PREFIX', ''),
      shards: required('SHARDS', 1),
      acceptUnsafe: required('REDIS_ACCEPT_UNSAFE', false),
      waitReplicas: required('REDIS_WAIT_REPLICAS', 0),
      ...(url === undefined ? {} : { url }),
    },
    dataDir: resolve(required('DATA_DIR', '.')),
    campaignsDir: resolve(required('CAMPAIGNS_DIR', '.')),
    dataKeys: required('DATA_KEY', []),
    retentionMs: durationMs('RETENTION'),
    defaultCountry: required('DEFAULT_COUNTRY', ''),
    logLevel: required('LOG_LEVEL', 'info'),
    shown: showSettings(env),
    shutdownTimeoutMs: durationMs('SHUTDOWN_TIMEOUT'),
    leadsail: {
      apiKeys: required('LEADSAIL_API_KEY', []),
      baseUrl: required('LEADSAIL_BASE_URL', ''),
      rate: required('LEADSAIL_RATE', { requests: 1, perMs: 1_000 }),
      webhookSecrets: required('LEADSAIL_WEBHOOK_SECRET', []),
      smsAgent: {
        secrets: required('LEADSAIL_SMS_AGENT_SECRET', []),
        ...(forwardUrl === undefined ? {} : { forwardUrl }),
      },
    },
    leadconnector: {
      tokens: required('LEADCONNECTOR_TOKEN', []),
      ...(oauth === undefined ? {} : { oauth }),
      ...(locationId === undefined ? {} : { locationId }),
      baseUrl: required('LEADCONNECTOR_BASE_URL', ''),
      versions: {
        voice: required('LEADCONNECTOR_VERSION_VOICE', ''),
        contacts: required('LEADCONNECTOR_VERSION_CONTACTS', ''),
      },
      rate: required('LEADCONNECTOR_RATE', { requests: 1, perMs: 1_000 }),
      webhooks: {
        publicKeys: required('LEADCONNECTOR_WEBHOOK_PUBLIC_KEY', []),
        legacyRsa: required('LEADCONNECTOR_LEGACY_RSA', false),
      },
    },
    naturalead: {
      apiKeys: required('NATURALEAD_API_KEY', []),
      baseUrl: required('NATURALEAD_BASE_URL', ''),
      rate: required('NATURALEAD_RATE', { requests: 1, perMs: 1_000 }),
    },
    meta: {
      accessTokens: required('META_ACCESS_TOKEN', []),
      baseUrl: required('META_BASE_URL', ''),
      rate: required('META_RATE', { requests: 1, perMs: 1_000 }),
    },
    tiktok: {
      accessTokens: required('TIKTOK_ACCESS_TOKEN', []),
      baseUrl: required('TIKTOK_BASE_URL', ''),
      rate: required('TIKTOK_RATE', { requests: 1, perMs: 1_000 }),
    },
    standard: { secrets: required('WEBHOOK_SECRET', []) },
    platforms: {
      elevenlabs: required('ELEVENLABS_WEBHOOK_SECRET', []),
      vapi: required('VAPI_WEBHOOK_SECRET', []),
      retell: required('RETELL_API_KEY', []),
      bland: required('BLAND_WEBHOOK_SECRET', []),
      twilio: required('TWILIO_AUTH_TOKEN', []),
    },
    ...(eventsUrl === undefined ? {} : { events: { url: eventsUrl, secrets: ownSecrets } }),
    ...(alertsUrl === undefined ? {} : { alerts: { url: alertsUrl, secrets: ownSecrets } }),
    ...(tracesUrl === undefined ? {} : { tracesUrl }),
  }

  if (url !== undefined) {
    const target = parseRedisUrl(url)
    if (typeof target === 'string') faults.push(`REDIS_URL: ${target}`)
  }
  faults.push(...crossFaults(config, faults))
  if (faults.length > 0) throw new ConfigError(faults)
  return deepFreeze(config)
}

/** The app that LeadConnector lets in: all three of its settings, or none. */
function readOauth(read: ReturnType<typeof createSettingsReader>, faults: string[]): Config['leadconnector']['oauth'] {
  const clientId = read('LEADCONNECTOR_OAUTH_CLIENT_ID')
  const [clientSecret] = read('LEADCONNECTOR_OAUTH_CLIENT_SECRET') ?? []
  const [refreshToken] = read('LEADCONNECTOR_OAUTH_REFRESH_TOKEN') ?? []
  const all = { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, REFRESH_TOKEN: refreshToken }
  if (clientId !== undefined && clientSecret !== undefined && refreshToken !== undefined) {
    return { clientId, clientSecret, refreshToken }
  }
  const missing = Object.entries(all).filter(([, value]) => value === undefined)
  if (missing.length < Object.keys(all).length) {
    const names = missing.map(([name]) => `LEADCONNECTOR_OAUTH_${name}`)
    faults.push(`${names.join(', ')}: needed beside the other settings of LEADCONNECTOR_OAUTH_*`)
  }
  return undefined
}

type SettingValue<N extends SettingName> = NonNullable<(typeof settings)[N]['schema']['_output']>

/** Reads one setting after the other. An empty value counts as absent; what is wrong is added to `faults`. */
export function createSettingsReader(env: Env, faults: string[]) {
  return <N extends SettingName>(name: N): SettingValue<N> | undefined => {
    const spec: Setting = settings[name]
    const raw = env[name]?.trim() || spec.default
    if (raw === undefined) return undefined
    const parsed = spec.schema.safeParse(raw)
    if (parsed.success) return parsed.data as never
    const shown = spec.secret ? '' : ` (is ${JSON.stringify(raw)})`
    for (const issue of parsed.error.issues) faults.push(`${name}: ${issue.message}${shown}`)
    return undefined
  }
}

/** Faults that lie in how settings stand to each other. */
function* crossFaults(config: Config, found: readonly string[]): Iterable<string> {
  const isRead = (name: SettingName) => !found.some(fault => fault.startsWith(`${name}:`))
  if (isRead('ROLES') && config.roles.length < roles.length && config.redis.url === undefined) {
    yield `ROLES: ${config.roles.join(',')} alone needs REDIS_URL, so that the other parts can share its Redis`
  }
  if (isRead('REDIS_WAIT_REPLICAS') && config.redis.waitReplicas > 0 && config.redis.url === undefined) {
    yield 'REDIS_WAIT_REPLICAS: needs REDIS_URL: the private Redis has no replicas'
  }
  if (isRead('ADMIN_API_KEYS') && !isLoopback(config.http.host) && config.http.adminKeys.length === 0) {
    yield `ADMIN_API_KEYS: needed while HOST is ${config.http.host}: without keys only this machine may connect (set keys, or HOST=127.0.0.1)`
  }
  if (isRead('EVENT_WEBHOOK_SECRET') && config.events?.secrets.length === 0) {
    yield 'EVENT_WEBHOOK_SECRET: needed while EVENT_WEBHOOK_URL is set: receivers must be able to tell our events from forged ones'
  }
  if (isRead('PUBLIC_URL') && config.platforms.twilio.length > 0 && config.http.publicUrl === undefined) {
    yield 'PUBLIC_URL: needed with TWILIO_AUTH_TOKEN: Twilio signs the address that it calls'
  }
  const { smsAgent } = config.leadsail
  if (isRead('LEADSAIL_SMS_AGENT_SECRET') && smsAgent.forwardUrl !== undefined && smsAgent.secrets.length === 0) {
    yield 'LEADSAIL_SMS_AGENT_SECRET: needed with LEADSAIL_SMS_AGENT_FORWARD_URL: without it no delivery comes in that could be passed on'
  }
  const names = config.http.adminKeys.map(key => key.name)
  if (new Set(names).size < names.length) yield 'ADMIN_API_KEYS: every key needs a name of its own'
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) {
    Object.freeze(value)
    for (const inner of Object.values(value)) deepFreeze(inner)
  }
  return value
}
