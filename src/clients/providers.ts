import type { Clock, Random } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import type { Budget, Rate } from './budget.ts'
import { createLeadSail } from './leadsail.ts'
import { createMeta } from './meta.ts'
import type { ConversionPort, Provider } from './ports.ts'
import { createTikTok } from './tiktok.ts'

export interface ProviderSettings {
  leadsail: { apiKeys: readonly string[]; baseUrl: string; rate: Rate }
  meta: DestinationSettings
  tiktok: DestinationSettings
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
  /** Why a vendor cannot be used, if it cannot. */
  faultOf(name: string): string | undefined
}

type Parts = {
  clock: Clock
  random: Random
  budget: (account: string, rate: Rate) => Budget
}

/** The vendors that are set up. One that is not costs no lead: whatever needs it is put off, and says why. */
export function createProviders(settings: ProviderSettings, parts: Parts): Providers {
  const { apiKeys, baseUrl, rate } = settings.leadsail
  const { clock, random } = parts
  const leadsail =
    apiKeys.length > 0
      ? createLeadSail({ apiKeys, baseUrl, clock, random, budget: parts.budget('leadsail', rate) })
      : undefined
  const accounts = {
    leadsail: { client: leadsail, rate, key: 'LEADSAIL_API_KEY' },
    meta: { client: createDestination('meta'), rate: settings.meta.rate, key: 'META_ACCESS_TOKEN' },
    tiktok: { client: createDestination('tiktok'), rate: settings.tiktok.rate, key: 'TIKTOK_ACCESS_TOKEN' },
  }
  const destinations = new Map(Object.entries({ meta: accounts.meta.client, tiktok: accounts.tiktok.client }))
  const known = new Map(Object.entries(accounts))

  function createDestination(name: 'meta' | 'tiktok'): (ConversionPort & AsyncDisposable) | undefined {
    const { accessTokens, baseUrl, rate } = settings[name]
    if (accessTokens.length === 0) return undefined
    const create = name === 'meta' ? createMeta : createTikTok
    return create({ accessTokens, baseUrl, clock, random, budget: parts.budget(name, rate) })
  }

  function faultOf(name: string): string | undefined {
    const account = known.get(name)
    if (account === undefined) return `${name} is not supported by this version`
    return account.client === undefined ? `${account.key} is not set` : undefined
  }

  function orMissing<T>(client: T | undefined, name: string, kind: string): T {
    if (client !== undefined) return client
    throw new UnavailableError(faultOf(name) ?? `${name} is no ${kind}`, { code: 'NOT_CONFIGURED' })
  }

  return {
    faultOf,
    ratePerSecond(name) {
      const rate = known.get(name)?.rate
      return rate === undefined ? 0 : (rate.requests * 1000) / rate.perMs
    },
    of: name => orMissing(name === 'leadsail' ? leadsail : undefined, name, 'provider of calls and texts'),
    destination: name => orMissing(destinations.get(name), name, 'ad platform'),
    async [Symbol.asyncDispose]() {
      for (const { client } of Object.values(accounts)) await client?.[Symbol.asyncDispose]()
    },
  }
}
