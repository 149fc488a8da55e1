import type { Clock, Random } from '../clock.ts'
import { UnavailableError } from '../errors.ts'
import { createLeadSail } from './leadsail.ts'
import type { Provider } from './ports.ts'

export interface ProviderSettings {
  leadsail: { apiKeys: readonly string[]; baseUrl: string }
}

export interface Providers extends AsyncDisposable {
  /** @throws UnavailableError naming the setting that is missing: what needs this vendor waits until it is set */
  of(name: string): Provider
  /** Why a vendor cannot be used, if it cannot. */
  faultOf(name: string): string | undefined
}

/** The vendors that are set up. One that is not costs no lead: whatever needs it is put off, and says why. */
export function createProviders(settings: ProviderSettings, parts: { clock: Clock; random: Random }): Providers {
  const { apiKeys, baseUrl } = settings.leadsail
  const leadsail = apiKeys.length > 0 ? createLeadSail({ apiKeys, baseUrl, ...parts }) : undefined

  const faultOf = (name: string): string | undefined => {
    if (name !== 'leadsail') return `${name} is not supported by this version`
    return leadsail === undefined ? 'LEADSAIL_API_KEY is not set' : undefined
  }
  return {
    faultOf,
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
