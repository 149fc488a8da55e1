import type { Clock, Random } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import type { Budget, Rate } from './budget.ts'
import { checkVoiceKey, type KeyPort } from './check-key.ts'
import type { Exchange } from './http.ts'
import { createLeadConnector, type LeadConnectorOptions } from './leadconnector.ts'
import { createLeadSail } from './leadsail.ts'
import { createMeta } from './meta.ts'
import { createNaturaLead } from './naturalead.ts'
import type { Provider } from './ports.ts'
import type { ConversionPort } from './receiver-ports.ts'
import { createTikTok } from './tiktok.ts'
import type { TokenStore } from './vendor-tokens.ts'

export interface ProviderSettings {
  leadsail: KeyedSettings
  leadconnector: LeadConnectorSettings
  naturalead: KeyedSettings
  meta: DestinationSettings
  tiktok: DestinationSettings
}

interface KeyedSettings {
  apiKeys: readonly string[]
  baseUrl: string
  rate: Rate
}

interface LeadConnectorSettings {
  tokens: readonly string[]
  oauth?: { clientId: string; clientSecret: string; refreshToken: string }
  locationId?: string
  baseUrl: string
  versions: { voice: string; contacts: string }
  rate: Rate
}

interface DestinationSettings {
  accessTokens: readonly string[]
  baseUrl: string
  rate: Rate
}

export interface Providers extends AsyncDisposable {
  /** @throws UnavailableError naming the setting that is missing: what needs this vendor waits until it is set */
  of(name: string): Provider
  /** An ad platform (`meta`, `tiktok`) that takes conversions directly. Throws as `of` does. */
  destination(name: string): ConversionPort
  /** Requests per second that the account allows. */
  ratePerSecond(name: string): number
  /** The same of every account that is set up, by its name. */
  rates(): Readonly<Record<string, number>>
  /** Why a vendor cannot be used, if it cannot. */
  faultOf(name: string): string | undefined
  /** Asks a vendor that is set up something harmless. Throws as `KeyPort` does. */
  checkKey(name: string, options?: { signal: AbortSignal }): Promise<void>
}

type Parts = {
  clock: Clock
  random: Random
  budget: (account: string, rate: Rate) => Budget
  /** Where the tokens of an account are kept that are renewed. */
  tokens: (account: string) => TokenStore
  /** Told of every request that ended. */
  onExchange?: (account: string, exchange: Exchange) => void
}

/** The vendors that are set up. One that is not costs no lead: whatever needs it is put off, and says why. */
export function createProviders(settings: ProviderSettings, parts: Parts): Providers {
  const { clock, random } = parts
  const own = (name: string, rate: Rate) => ({
    ...{ clock, random, budget: parts.budget(name, rate) },
    onExchange: (exchange: Exchange) => parts.onExchange?.(name, exchange),
  })
  const voices = {
    leadsail: createVoice('leadsail', createLeadSail, 'LEADSAIL_API_KEY'),
    leadconnector: createConnector(),
    naturalead: createVoice('naturalead', createNaturaLead, 'NATURALEAD_API_KEY'),
  }
  const accounts = {
    ...voices,
    meta: { client: createDestination('meta'), rate: settings.meta.rate, key: 'META_ACCESS_TOKEN' },
    tiktok: { client: createDestination('tiktok'), rate: settings.tiktok.rate, key: 'TIKTOK_ACCESS_TOKEN' },
  }
  const destinations = new Map(Object.entries({ meta: accounts.meta.client, tiktok: accounts.tiktok.client }))
  const providers = new Map(Object.entries(voices).map(([name, { client }]) => [name, client]))
  const known = new Map(Object.entries(accounts))

  function createVoice(
    name: 'leadsail' | 'naturalead',
    create: typeof createLeadSail | typeof createNaturaLead,
    key: string,
  ) {
    const { apiKeys, baseUrl, rate } = settings[name]
    const client: (Provider & AsyncDisposable) | undefined =
      apiKeys.length === 0 ? undefined : create({ apiKeys, baseUrl, ...own(name, rate) })
    return { client, rate, key }
  }

  function createConnector() {
    const { baseUrl, locationId, versions, rate } = settings.leadconnector
    const key = keyOf(settings.leadconnector)
    if (key === undefined || locationId === undefined) {
      return { client: undefined, rate, key: key === undefined ? 'LEADCONNECTOR_TOKEN' : 'LEADCONNECTOR_LOCATION_ID' }
    }
    const client = createLeadConnector({ key, baseUrl, locationId, versions, ...own('leadconnector', rate) })
    return { client, rate, key: 'LEADCONNECTOR_TOKEN' }
  }

  /** A token goes before an app: whoever sets one wants it used. */
  function keyOf({ tokens: [token], oauth }: LeadConnectorSettings): LeadConnectorOptions['key'] | undefined {
    if (token !== undefined) return { token }
    return oauth && { app: oauth, store: parts.tokens('leadconnector') }
  }

  function createDestination(name: 'meta' | 'tiktok'): (ConversionPort & KeyPort & AsyncDisposable) | undefined {
    const { accessTokens, baseUrl, rate } = settings[name]
    if (accessTokens.length === 0) return undefined
    const create = name === 'meta' ? createMeta : createTikTok
    return create({ accessTokens, baseUrl, ...own(name, rate) })
  }

  function faultOf(name: string): string | undefined {
    const account = known.get(name)
    if (account === undefined) return `${name} is not supported by this version`
    return account.client === undefined ? `${account.key} is not set` : undefined
  }

  function ratePerSecond(name: string): number {
    const rate = known.get(name)?.rate
    return rate === undefined ? 0 : (rate.requests * 1000) / rate.perMs
  }

  function orMissing<T>(client: T | undefined, name: string, kind: string): T {
    if (client !== undefined) return client
    throw new UnavailableError(faultOf(name) ?? `${name} is no ${kind}`, { code: 'NOT_CONFIGURED' })
  }

  return {
    faultOf,
    async checkKey(name, requestOptions) {
      const platform = destinations.get(name)
      if (platform !== undefined) return platform.checkKey(requestOptions)
      return checkVoiceKey(orMissing(providers.get(name), name, 'provider of calls and texts'), requestOptions)
    },
    ratePerSecond,
    rates() {
      const used = [...known].filter(([, { client }]) => client !== undefined)
      return Object.fromEntries(used.map(([name]) => [name, ratePerSecond(name)]))
    },
    of: name => orMissing(providers.get(name), name, 'provider of calls and texts'),
    destination: name => orMissing(destinations.get(name), name, 'ad platform'),
    async [Symbol.asyncDispose]() {
      for (const { client } of Object.values(accounts)) await client?.[Symbol.asyncDispose]()
    },
  }
}
