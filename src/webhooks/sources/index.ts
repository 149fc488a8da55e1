import type { Config } from '../../config.ts'
import type { Source } from '../source.ts'
import { createBlandSource } from './bland.ts'
import { createElevenLabsSource } from './elevenlabs.ts'
import { createLeadConnectorSource } from './leadconnector.ts'
import { createLeadSailSource } from './leadsail.ts'
import { createLeadSailTextSource } from './leadsail-sms.ts'
import { createRetellSource } from './retell.ts'
import { createStandardSource } from './standard.ts'
import { createTwilioSource } from './twilio.ts'
import { createVapiSource } from './vapi.ts'

type Settings = Pick<Config, 'leadsail' | 'leadconnector' | 'standard' | 'platforms'> & {
  http: Pick<Config['http'], 'publicUrl'>
}

/** The sources whose secret is set. The others do not exist: never unverified. */
export function configuredSources(settings: Settings): ReadonlyMap<string, Source> {
  const { leadsail, leadconnector, standard, platforms, http } = settings
  const { publicUrl } = http
  const { locationId, webhooks } = leadconnector
  const sources = [
    given(leadsail.webhookSecrets, createLeadSailSource),
    given(leadsail.smsAgent.secrets, createLeadSailTextSource),
    given(standard.secrets, createStandardSource),
    given(platforms.elevenlabs, createElevenLabsSource),
    given(platforms.vapi, createVapiSource),
    given(platforms.retell, createRetellSource),
    given(platforms.bland, createBlandSource),
    publicUrl && given(platforms.twilio, tokens => createTwilioSource(tokens, publicUrl)),
    locationId && createLeadConnectorSource({ locationId, ...webhooks }),
  ]
  return new Map(sources.flatMap(source => (source ? [[source.name, source]] : [])))
}

function given<Secret>(secrets: readonly Secret[], create: (secrets: readonly Secret[]) => Source): Source | undefined {
  return secrets.length > 0 ? create(secrets) : undefined
}
