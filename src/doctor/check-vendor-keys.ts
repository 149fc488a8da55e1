import type { Campaign } from '../campaigns/campaign.ts'
import type { Providers } from '../clients/providers.ts'
import { describeError, isKeyRefused } from '../errors.ts'
import { bad, type Finding, good, noted } from './finding.ts'

/** A vendor may take its time; a person still waits. */
const VENDOR_PATIENCE_MS = 10_000

/** Ad platforms give out keys that may send conversions and nothing else. */
const PLATFORMS = new Set(['meta', 'tiktok'])

/**
 * Every vendor that is set up is asked something harmless with its key, and every one that a campaign needs must be set
 * up.
 */
export async function checkVendorKeys(
  providers: Providers,
  campaigns: readonly Campaign[],
  hasApp: boolean,
): Promise<Finding[]> {
  const setUp = Object.keys(providers.rates())
  const asked = await Promise.all(setUp.map(name => checkOne(providers, name)))
  const apps = hasApp
    ? [
        noted(
          'vendor_keys',
          "leadconnector: the app's tokens work once and are the service's: `/readyz` and its log tell",
        ),
      ]
    : []
  const found = [...missing(providers, campaigns, hasApp), ...asked, ...apps]
  return found.length > 0 ? found : [noted('vendor_keys', 'no vendor is set up yet')]
}

async function checkOne(providers: Providers, name: string): Promise<Finding> {
  try {
    await providers.checkKey(name, { signal: AbortSignal.timeout(VENDOR_PATIENCE_MS) })
    return good('vendor_keys', `${name} takes the key`)
  } catch (error) {
    const { message } = describeError(error)
    const isForbidden = isKeyRefused(error) && (error.status === 403 || error.code === 'FORBIDDEN')
    if (isKeyRefused(error) && !(isForbidden && PLATFORMS.has(name))) {
      const why = `no call, text or pixel through ${name} goes out: everything for it waits`
      const mend = isForbidden
        ? `${permissions[name] ?? ''}give the key the permissions that docs/providers/${name}.md names`
        : `make a new key at ${name} and set it as ${settings[name] ?? 'its key'}`
      return bad('vendor_keys', `${name} refuses the key: ${message}`, why, mend)
    }
    if (PLATFORMS.has(name)) return noted('vendor_keys', `${name}: its key could not be tried (${message})`)
    const why = 'whether the key is right cannot be told, and nothing reaches the vendor from here'
    const mend = `see that this machine may reach the vendor, and that ${name.toUpperCase()}_BASE_URL is right`
    return bad('vendor_keys', `${name} could not be asked: ${message}`, why, mend)
  }
}

const settings: Readonly<Record<string, string>> = {
  leadsail: 'LEADSAIL_API_KEY',
  leadconnector: 'LEADCONNECTOR_TOKEN',
  naturalead: 'NATURALEAD_API_KEY',
  meta: 'META_ACCESS_TOKEN',
  tiktok: 'TIKTOK_ACCESS_TOKEN',
}

/** What else a vendor may mean that knows the key and says no. */
const permissions: Readonly<Record<string, string>> = {
  leadconnector: "see that LEADCONNECTOR_LOCATION_ID is the token's own sub-account, and ",
}

function missing(providers: Providers, campaigns: readonly Campaign[], hasApp: boolean): Finding[] {
  const needed = campaigns.flatMap(({ id, provider, followUps }) =>
    [provider, ...followUps.map(({ act }) => act.via)].map(name => ({ id, name })),
  )
  return [...Map.groupBy(needed, ({ name }) => name)].flatMap(([name, by]) => {
    const fault = name === 'leadconnector' && hasApp ? undefined : providers.faultOf(name)
    if (fault === undefined) return []
    const ids = [...new Set(by.map(({ id }) => id))].join(', ')
    return [
      bad('vendor_keys', `${fault}, and ${ids} needs it`, `what ${ids} does through ${name} waits`, `set it in .env`),
    ]
  })
}
