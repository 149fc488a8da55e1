import type { Clock, Random } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import type { Budget, Rate } from './budget.ts'
import { createLeadSail } from './leadsail.ts'
import type { Provider } from './ports.ts'

export interface ProviderSettings {
  leadsail: { apiKeys: readonly string[]; baseUrl: string; rate: Rate }
}

export interface Providers extends AsyncDisposable {
  /** @throws UnavailableError naming the setting that is missing: what needs this vendor waits until it is set */
  of(name: string): Provider
  /** Requests per second that the account allows. */
  ratePerSecond(name: string): number
  /** Why a vendor cannot be used, if it cannot. */
  faultOf(name: string): string | undefined
}

/** The vendors that are set up. One that is not costs no lead: whatever needs it is put off, and says why. */
export function createProviders(
  settings: ProviderSettings,
  parts: {
    clock: Clock
    random: Random
    budget: (account: string, rate: Rate) => Budget
  },
): Providers {
  const { apiKeys, baseUrl, rate } = settings.leadsail
  const { clock, random } = parts
  const leadsail =
    apiKeys.length > 0
      ? createLeadSail({ apiKeys, baseUrl, clock, random, budget: parts.budget('leadsail', rate) })
      : undefined

  const faultOf = (name: string): string | undefined => {
    if (name !== 'leadsail') return `${name} is not supported by this version`
    return leadsail === undefined ? 'LEADSAIL_API_KEY is not set' : undefined
  }
  return {
    faultOf,
    ratePerSecond: name => (name === 'leadsail' ? (rate.requests * 1000) / rate.perMs : 0),
    of(name) {
      const fault = faultOf(name)
      if (fault !== undefined || leadsail === undefined) {
        throw new UnavailableError(fault ?? `${name} is not set up`, { code: 'NOT_CONFIGURED' })
      }
      return leadsail
    },
    async [Symbol.asyncDispose]() {
      await leadsail?.[Symbol.asyncDispose]()
    },
  }
}
