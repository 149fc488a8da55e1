import { triggerEvents } from '../campaigns/trigger-events.ts'

/** A request that proves itself as its sender's would. */
export interface Sample {
  path: string
  /** The setting that it is signed with. */
  setting: 'WEBHOOK_SECRET' | 'LEADSAIL_WEBHOOK_SECRET'
  headers: Record<string, string>
  raw: Buffer
}

/** What a sample says where nothing else is given. Whoever opts out, and which call is over, cannot be made up. */
const standard: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'call.requested': { leadId: 'lead_sample', phone: '+12025550123', firstName: 'Ann', lastName: 'Lee' },
  'call.ended': { provider: 'leadsail' },
  'lead.opted_out': {},
}

const leadsail = triggerEvents.leadsail.filter(type => type.startsWith('lead.'))

/** The types of which there are samples. */
export const sampleEvents = [...Object.keys(standard), ...leadsail]

/**
 * A signed event of that type; `undefined` where there is no sample of it.
 * @param asked the event's own id, what it says over the sample, and the time of its signature
 * @param secrets asked for only where they sign
 */
export async function sampleOf(
  type: string,
  { id, data, atMs }: { id: string; data: Readonly<Record<string, unknown>>; atMs: number },
  secrets: { standard(): Buffer; leadsail(): string },
): Promise<Sample | undefined> {
  const timestamp = new Date(atMs).toISOString()
  if (leadsail.includes(type)) {
    const { signLeadSail } = await import('../webhooks/sources/leadsail.ts')
    const body = { event: type, ...leadSailLead, submissionId: id, timestamp, ...data }
    return {
      path: '/webhooks/leadsail',
      setting: 'LEADSAIL_WEBHOOK_SECRET',
      headers: signLeadSail(secrets.leadsail()),
      raw: Buffer.from(JSON.stringify(body)),
    }
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
