import type { Campaign } from '../campaigns/campaign.ts'
import { toE164 } from '../campaigns/phone.ts'
import { resolveZones } from '../campaigns/time-zone.ts'
import type { StopReason } from '../campaigns/vocabulary.ts'
import type { LeadPort, VendorLead } from '../clients/ports.ts'
import type { LeadRequest } from '../sources/meaning.ts'
import { zonesOfNumber } from './number-zones.ts'

export interface IdentifyParts {
  leads: (provider: string) => LeadPort
  defaultCountry: string
}

/** A lead as it enters a journey: number in E.164, zones, and what else is known; or why nobody can be called. */
export interface Who {
  phone?: string
  zones: string[]
  details: Omit<LeadRequest, 'leadId' | 'phone' | 'timezone'>
  stop?: { reason: StopReason; detail: string }
}

/**
 * What the vendor's record of the lead is read for. A list is read at a constant speed: its zones come from the number
 * rather than from one request per lead.
 */
export type AskFor = 'number or zone' | 'number'

/** Number, zone and names: the event's or row's, else the vendor's record. The vendor is asked only for what is missing. */
export async function identify(
  parts: IdentifyParts,
  campaign: Campaign,
  lead: LeadRequest,
  askFor: AskFor = 'number or zone',
): Promise<Who> {
  const { leadId, phone: stated, timezone, ...details } = lead
  const isEnough = stated !== undefined && (askFor === 'number' || timezone !== undefined)
  const known = isEnough ? undefined : await parts.leads(campaign.provider).getLead(leadId)
  const merged = { ...namesOf(known), ...details }

  const raw = stated ?? known?.phone
  const phone = raw === undefined ? undefined : toE164(raw, parts.defaultCountry)
  if (phone === undefined) {
    const detail = raw === undefined ? 'neither the event nor the vendor has a number' : 'the number is not valid'
    return { zones: [], details: merged, stop: { reason: 'invalid_phone', detail } }
  }
  const zones = resolveZones({
    stated: timezone,
    vendor: known?.timezone,
    number: timezone === undefined && !known?.timezone ? await zonesOfNumber(phone) : [],
    campaign: campaign.dial.timezone,
  })
  if ('reason' in zones) return { phone, zones: [], details: merged, stop: zones }
  return { phone, zones: zones.zones, details: merged }
}

function namesOf(known: VendorLead | undefined): Partial<VendorLead> {
  if (known === undefined) return {}
  const { firstName, lastName, email } = known
  return Object.fromEntries(Object.entries({ firstName, lastName, email }).filter(([, value]) => value !== undefined))
}
