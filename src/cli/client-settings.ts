import { createSettingsReader, type Env } from '../config.ts'
import { ConfigError } from '../errors.ts'

/** Where the service is, and the key that opens it. */
export interface ClientSettings {
  url: string
  apiKey?: string
}

/** @throws ConfigError naming every bad setting at once */
export function readClientSettings(env: Env): ClientSettings {
  const { url, apiKeys } = readAll(env, read => ({ url: read('AFTERCALL_URL'), apiKeys: read('AFTERCALL_API_KEY') }))
  const parsed = URL.parse(url ?? '')
  if (parsed === null || parsed.username !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new ConfigError(['AFTERCALL_URL: must be the address alone, such as https://calls.example.com'])
  }
  const [apiKey] = apiKeys ?? []
  if (apiKey !== undefined && !/^[\x20-\x7e]+$/.test(apiKey)) {
    throw new ConfigError(['AFTERCALL_API_KEY: may hold printable ASCII characters only'])
  }
  return { url: parsed.href.replace(/\/+$/, ''), ...(apiKey === undefined ? {} : { apiKey }) }
}

/** @throws ConfigError when it is missing or wrong */
export function readWebhookSecret(env: Env): Buffer {
  const [secret] = readAll(env, read => read('WEBHOOK_SECRET')) ?? []
  return secret ?? missing('WEBHOOK_SECRET')
}

/** The settings whose first value signs a sample as it is. */
export type SecretName =
  | 'LEADSAIL_WEBHOOK_SECRET'
  | 'ELEVENLABS_WEBHOOK_SECRET'
  | 'VAPI_WEBHOOK_SECRET'
  | 'RETELL_API_KEY'
  | 'BLAND_WEBHOOK_SECRET'
  | 'TWILIO_AUTH_TOKEN'

/** @throws ConfigError when it is missing */
export function readSecret(env: Env, name: SecretName): string {
  const [secret] = readAll(env, read => read(name)) ?? []
  return secret ?? missing(name)
}

/** @throws ConfigError when it is missing or wrong */
export function readPlain(env: Env, name: 'PUBLIC_URL' | 'LEADCONNECTOR_LOCATION_ID'): string {
  return readAll(env, read => read(name)) ?? missing(name)
}

/** The folder of the campaign files. */
export function readCampaignsDir(env: Env): string {
  return readAll(env, read => read('CAMPAIGNS_DIR')) ?? '.'
}

function readAll<T>(env: Env, take: (read: ReturnType<typeof createSettingsReader>) => T): T {
  const faults: string[] = []
  const taken = take(createSettingsReader(env, faults))
  if (faults.length > 0) throw new ConfigError(faults)
  return taken
}

function missing(name: string): never {
  throw new ConfigError([`${name}: needed to sign the sample; set it to what the service has`])
}
