import type { PartOptions } from '../part.ts'
import type { Campaigns } from './campaigns.ts'
import type { LeadOrder } from './control.ts'
import { notFound } from './envelope.ts'
import type { InteractionRecord } from './interactions.ts'
import { attributionOf, numberOf, personOf } from './people.ts'

type DncChannel = 'phone' | 'sms' | 'email'

export interface LeadRecord {
  leadId: string
  phone?: string
  timezone?: string
  campaignId: string
  /** As last set; a call that ended after `statusSetAt` overrules it. */
  status: string
  statusSetAt: number
  dnc: readonly DncChannel[]
  isTest: boolean
  createdAt: number
  updatedAt: number
  /** Fields that were given; whatever is not here is made up from the seed. */
  given: Record<string, unknown>
  /** In the order in which they were made known. */
  interactions: InteractionRecord[]
}

/** What an ended call makes of its lead. */
const statusAfter: Record<string, string> = {
  completed: 'contacted',
  incomplete: 'contacted',
  follow_up: 'contacted',
  voicemail: 'voicemail',
  no_answer: 'no_answer',
  busy: 'no_answer',
  no_contact: 'no_contact',
  scheduled_callback: 'scheduled_callback',
  qualified: 'qualified',
  disqualified: 'disqualified',
  dnc: 'dnc',
}

const allChannels: readonly DncChannel[] = ['phone', 'sms', 'email']

export type Leads = ReturnType<typeof createLeads>

/** The leads of the account. */
export function createLeads(options: Pick<PartOptions, 'seed' | 'now' | 'settings'> & { campaigns: Campaigns }) {
  const { seed, now, settings, campaigns } = options
  const byId = new Map<string, LeadRecord>()
  const phones = new Set<string>()

  function create(leadId: string, campaignId: string | undefined): LeadRecord {
    const at = now()
    const lead: LeadRecord = {
      leadId,
      ...numberOf(seed, leadId, phone => phones.has(phone)),
      campaignId: campaignId ?? campaigns.defaultId(),
      status: 'new',
      statusSetAt: at,
      dnc: [],
      isTest: false,
      createdAt: at,
      updatedAt: at,
      given: {},
      interactions: [],
    }
    if (lead.phone !== undefined) phones.add(lead.phone)
    byId.set(leadId, lead)
    return lead
  }

  function change(lead: LeadRecord, fields: Omit<LeadOrder, 'leadId'> & Record<string, unknown>): void {
    const { phone, timezone, campaignId, status, dnc, isTest, ...given } = fields
    const at = now()
    if (phone === null) delete lead.phone
    else if (phone !== undefined) lead.phone = phone
    if (lead.phone !== undefined) phones.add(lead.phone)
    if (timezone === null) delete lead.timezone
    else if (timezone !== undefined) lead.timezone = timezone
    if (campaignId !== undefined) lead.campaignId = campaignId
    if (status !== undefined) Object.assign(lead, { status, statusSetAt: at })
    if (dnc !== undefined) lead.dnc = dnc === true ? allChannels : dnc === false ? [] : dnc
    if (isTest !== undefined) lead.isTest = isTest
    Object.assign(lead.given, given)
    lead.updatedAt = at
  }

  return {
    /** The lead, made on first use when the control allows it; else throws NOT_FOUND. */
    find(leadId: string, campaignId?: string): LeadRecord {
      const lead = byId.get(leadId)
      if (lead !== undefined) return lead
      if (!settings.current.autoCreateLeads) throw notFound()
      return create(leadId, campaignId)
    },

    /** The lead, made if need be whatever the control says of unknown ones: an order has named it. */
    know: (leadId: string, campaignId?: string): LeadRecord => byId.get(leadId) ?? create(leadId, campaignId),
    change,

    /** Makes a lead or changes it. */
    put({ leadId, ...fields }: LeadOrder & Record<string, unknown>): LeadRecord {
      const lead = byId.get(leadId) ?? create(leadId, fields.campaignId)
      change(lead, fields)
      return lead
    },
    all: (): LeadRecord[] => [...byId.values()],
    nameOf: (lead: LeadRecord) => ({ ...personOf(seed, lead.leadId), ...lead.given }),

    /** The lead as `GET /leads/{leadId}` shows it. */
    show(lead: LeadRecord): Record<string, unknown> {
      const { attribution, flags, ...given } = lead.given
      return {
        leadId: lead.leadId,
        ...personOf(seed, lead.leadId),
        ...(lead.phone !== undefined && { phone: lead.phone }),
        country: 'US',
        campaignId: lead.campaignId,
        status: leadStatus(lead, now()),
        ...(lead.timezone !== undefined && { timezone: lead.timezone, timezoneSource: 'area_code' }),
        compliance: { tcpaConsent: true },
        ...given,
        flags: { isDnc: lead.dnc.length > 0, isTest: lead.isTest, ...asObject(flags) },
        attribution: { ...attributionOf(seed, lead.leadId), ...asObject(attribution) },
        createdAt: new Date(lead.createdAt).toISOString(),
        updatedAt: new Date(lead.updatedAt).toISOString(),
      }
    },

    reset(): void {
      byId.clear()
      phones.clear()
    },
  }
}

/** The status the lead has at an instant: what its last call made of it, unless it was set since. */
export function leadStatus(lead: LeadRecord, asOf: number): string {
  let latest = lead.statusSetAt
  let status = lead.status
  for (const record of lead.interactions) {
    if (record.type !== 'call' || record.endsAt > asOf || record.endsAt < latest) continue
    latest = record.endsAt
    status = statusAfter[record.status] ?? status
  }
  return status
}

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}
