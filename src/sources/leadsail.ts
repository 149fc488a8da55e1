import { z } from 'zod'
import { triggerEvents } from '../campaigns/trigger-events.ts'
import { parseWith, readJson } from './json-body.ts'
import type { LeadRequest, SourceEvent } from './meaning.ts'

/**
 * LeadSail's organisation and campaign webhooks.
 * Source: https://docs.dev.leadsail.app/docs/guides/campaigns/webhooks
 */

const leadSailEvents = triggerEvents.leadsail.filter(event => event.startsWith('lead.'))

const id = z.string().min(1).max(200)
/** A field we can do without: whatever the vendor makes of it, it must not cost the lead. */
const spare = z
  .union([z.string(), z.number()])
  .transform(value => String(value).slice(0, 500))
  .optional()
  .catch(undefined)

const LeadSailEvent = z.object({
  event: z.enum(leadSailEvents, { error: `must be one of ${leadSailEvents.join(', ')}` }),
  leadId: id,
  campaignId: id,
  submissionId: spare,
  data: z
    .object({ firstName: spare, lastName: spare, email: spare, phone: spare, timezone: spare })
    .optional()
    .catch(undefined),
})

/** @throws PayloadError when the body is not an event of LeadSail's */
export function readLeadSailEvent(raw: Buffer): SourceEvent {
  const { event, leadId, campaignId, submissionId, data } = parseWith(LeadSailEvent, readJson(raw))
  const details = { leadId, submissionId, ...data }
  const present = Object.entries(details).filter(([, value]) => value !== undefined && value !== '')
  const lead = Object.fromEntries(present) as unknown as LeadRequest
  return { type: event, meaning: { kind: 'trigger', provider: 'leadsail', event, vendorCampaignId: campaignId, lead } }
}
