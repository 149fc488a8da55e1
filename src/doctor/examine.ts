import { randomInt } from 'node:crypto'
import type { Campaign } from '../campaigns/campaign.ts'
import type { Budget } from '../clients/budget.ts'
import { createProviders } from '../clients/providers.ts'
import type { Clock } from '../clock.ts'
import { type Config, type Env, loadConfig } from '../config.ts'
import { ConfigError } from '../errors.ts'
import { checkBudget } from './check-budget.ts'
import { checkCampaigns } from './check-campaigns.ts'
import { askForDate, checkClock, type OtherClock } from './check-clock.ts'
import { checkDataDir } from './check-data-dir.ts'
import { checkNode } from './check-node.ts'
import { checkRedis } from './check-redis.ts'
import { checkVendorKeys } from './check-vendor-keys.ts'
import { checkPort, checkPublicUrl, checkService } from './check-web.ts'
import { bad, checks, type Finding, good } from './finding.ts'

export type { Finding } from './finding.ts'

/**
 * Looks at everything that a service with these settings would stand on. Changes nothing, and needs no service; one that
 * runs is asked as well.
 * @param asked.serviceUrl where the command line finds the service
 * @param asked.nodeVersion as in `process.versions.node`
 */
export async function examine(asked: {
  env: Env
  clock: Clock
  serviceUrl: string
  nodeVersion: string
}): Promise<Finding[]> {
  const { env, clock, serviceUrl, nodeVersion } = asked
  const [own, service] = await Promise.all([examineSettings(env, clock), checkService(serviceUrl)])
  const found = [checkNode(nodeVersion), ...own, ...service]
  return found.toSorted((a, b) => checks.indexOf(a.check) - checks.indexOf(b.check))
}

async function examineSettings(env: Env, clock: Clock): Promise<Finding[]> {
  let config: Config
  try {
    config = loadConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    const why = 'a wrong setting stops the start; what hangs on it was not looked at'
    const mend = 'mend it in .env or the environment; docs/settings.md says what each may be'
    return error.faults.map(fault => bad('settings', fault, why, mend))
  }
  const now = () => clock.now()
  const { findings, campaigns } = await checkCampaigns(config.campaignsDir)
  const [dataDir, redis, vendors, port, publicUrl, dates] = await Promise.all([
    checkDataDir(config),
    checkRedis(config.redis, now),
    examineVendors(config, campaigns, clock),
    config.roles.includes('web') ? [checkPort(config.http)] : [],
    checkPublicUrl(config.http.publicUrl),
    askVendorsForDate(config, now),
  ])
  const clocks = [...(redis.time === undefined ? [] : [{ name: 'Redis', ...redis.time }]), ...dates]
  return [
    good('settings', 'every setting can be read'),
    ...[dataDir, ...redis.findings, checkClock(clocks), ...findings, ...vendors],
    ...(await Promise.all(port)),
    publicUrl,
  ]
}

/** One request for each key: the account's budget is the service's, and may lie in a Redis that is away. */
const noBudget: Budget = {
  take: async purpose => ({ purpose }),
  depart: async () => 0,
  async pause() {},
}

async function examineVendors(config: Config, campaigns: readonly Campaign[], clock: Clock): Promise<Finding[]> {
  // A refresh token works once: it is the service's alone.
  const { oauth, ...leadconnector } = config.leadconnector
  await using providers = createProviders(
    { ...config, leadconnector },
    {
      clock,
      random: () => randomInt(2 ** 32) / 2 ** 32,
      budget: () => noBudget,
      tokens: () => {
        throw new Error('no app is asked here')
      },
    },
  )
  const hasApp = oauth !== undefined && leadconnector.tokens.length === 0
  const keys = await checkVendorKeys(providers, campaigns, hasApp)
  return [...keys, ...checkBudget(campaigns, providers.rates())]
}

async function askVendorsForDate(config: Config, now: () => number): Promise<OtherClock[]> {
  const { leadsail, leadconnector, naturalead, meta, tiktok } = config
  const vendors = [
    { name: 'leadsail', baseUrl: leadsail.baseUrl, isSetUp: leadsail.apiKeys.length > 0 },
    {
      name: 'leadconnector',
      baseUrl: leadconnector.baseUrl,
      isSetUp: leadconnector.tokens.length > 0 || leadconnector.oauth !== undefined,
    },
    { name: 'naturalead', baseUrl: naturalead.baseUrl, isSetUp: naturalead.apiKeys.length > 0 },
    { name: 'meta', baseUrl: meta.baseUrl, isSetUp: meta.accessTokens.length > 0 },
    { name: 'tiktok', baseUrl: tiktok.baseUrl, isSetUp: tiktok.accessTokens.length > 0 },
  ]
  const asked = vendors.filter(({ isSetUp }) => isSetUp).map(({ name, baseUrl }) => askForDate(name, baseUrl, now))
  return (await Promise.all(asked)).filter(clock => clock !== undefined)
}
