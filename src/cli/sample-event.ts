import { triggerEvents } from '../campaigns/trigger-events.ts'
import { type Asked, platformSamples } from './platform-samples.ts'
import { type SampleSecrets, type SignedSample, signSample } from './sign-sample.ts'

/** What a sample says where nothing else is given. Whoever opts out, and which call is over, cannot be made up. */
const standard: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'call.requested': { leadId: 'lead_sample', phone: '+12025550123', firstName: 'Ann', lastName: 'Lee' },
  'call.ended': { provider: 'leadsail' },
  'lead.opted_out': {},
  'text.received': { phone: '+12025550123', text: 'A sample: it asks for nothing.' },
}

const leadsail = triggerEvents.leadsail.filter(type => type.startsWith('lead.'))

/** The types of which there are samples. */
export const sampleEvents = [...Object.keys(standard), ...leadsail, ...platformSamples.keys()]

/**
 * An event of that type that proves itself as its sender's would; `undefined` where there is no sample of it.
 * @param asked the event's own id, what it says over the sample, and the time of its signature
 * @param secrets asked for only where they sign
 */
export async function sampleOf(type: string, asked: Asked, secrets: SampleSecrets): Promise<SignedSample | undefined> {
  const { id, data, atMs } = asked
  const timestamp = new Date(atMs).toISOString()
  const platform = platformSamples.get(type)
  if (platform !== undefined) return signSample[platform.platform](platform.body(asked), atMs, secrets)
  if (leadsail.includes(type)) {
    const { signLeadSail } = await import('../webhooks/sources/leadsail.ts')
    const body = { event: type, ...leadSailLead, submissionId: id, timestamp, ...data }
    const setting = 'LEADSAIL_WEBHOOK_SECRET'
    const headers = signLeadSail(secrets.of(setting))
    return { path: '/webhooks/leadsail', setting, headers, raw: Buffer.from(JSON.stringify(body)) }
  }
  const sample = Object.hasOwn(standard, type) ? standard[type] : undefined
  if (sample === undefined) return undefined
  const { signStandard } = await import('../webhooks/sources/standard.ts')
  const raw = Buffer.from(JSON.stringify({ type, timestamp, data: { ...sample, ...data } }))
  const headers = signStandard({ secret: secrets.standard(), id, atMs, raw })
  return { path: '/webhooks/standard', setting: 'WEBHOOK_SECRET', headers, raw }
}

/** https://docs.dev.leadsail.app/docs/guides/campaigns/webhooks */
const leadSailLead = {
  leadId: 'lead_sample',
  status: 'qualified',
  data: { firstName: 'Ann', lastName: 'Lee', email: 'ann.lee@example.com', phone: '+12025550124' },
}
