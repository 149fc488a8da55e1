import type { Config } from '../../config.ts'
import type { Source } from '../source.ts'
import { createLeadSailSource } from './leadsail.ts'
import { createLeadSailTextSource } from './leadsail-sms.ts'
import { createStandardSource } from './standard.ts'

/** The sources whose secret is set. The others do not exist: never unverified. */
export function configuredSources(config: Pick<Config, 'leadsail' | 'standard'>): ReadonlyMap<string, Source> {
  const sources: Source[] = []
  if (config.leadsail.webhookSecrets.length > 0) sources.push(createLeadSailSource(config.leadsail.webhookSecrets))
  if (config.leadsail.smsAgent.secrets.length > 0) {
    sources.push(createLeadSailTextSource(config.leadsail.smsAgent.secrets))
  }
  if (config.standard.secrets.length > 0) sources.push(createStandardSource(config.standard.secrets))
  return new Map(sources.map(source => [source.name, source]))
}
