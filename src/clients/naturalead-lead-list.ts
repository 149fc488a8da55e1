import { present } from './fields.ts'
import type { Http } from './http.ts'
import { LeadPage } from './naturalead-shapes.ts'
import type { KnownOfLead, NewLeadPort, RequestOptions, VendorLead } from './ports.ts'

/** Leads of one page; the reference names no largest one. */
const PAGE = 100

/** A lead that stands further back is not looked for: an account may have any number of them. */
const MAX_PAGES = 5

/**
 * A lead by its id, for which the reference has no endpoint: where its number is known it is searched by that, else the
 * list is read from its beginning, page by page; each request takes its own leave from the budget but the first.
 * https://docs.naturalead.ai/api-reference/overview
 * @returns `undefined` where the lead is not among them
 */
export async function findLead(
  http: Pick<Http, 'get'>,
  leadId: string,
  { phone, permit, ...options }: RequestOptions & KnownOfLead = {},
): Promise<VendorLead | undefined> {
  const first = permit === undefined ? {} : { permit }
  if (phone !== undefined) {
    const path = { route: '/leads/search', query: { q: searchable(phone), limit: PAGE } }
    const { leads } = await http.get(path, LeadPage, { purpose: 'dial', ...options, ...first })
    const found = leads.find(lead => lead.leadId === leadId)
    if (found !== undefined) return withoutDate(found)
  }
  let read = 0
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = { route: '/leads', query: { skip: read, limit: PAGE } }
    const leave = page === 0 && phone === undefined ? first : {}
    const { leads, total } = await http.get(path, LeadPage, { purpose: 'dial', ...options, ...leave })
    const found = leads.find(lead => lead.leadId === leadId)
    if (found !== undefined) return withoutDate(found)
    read += leads.length
    if (leads.length === 0 || (total === undefined ? leads.length < PAGE : read >= total)) return undefined
  }
  return undefined
}

function withoutDate({ createdAt: _, ...lead }: VendorLead & { createdAt?: number }): VendorLead {
  return lead
}

/** `GET /leads/search`, for a number: one lead of an account has it, and what else holds the same digits is among them. */
export async function findLeads(
  http: Pick<Http, 'get'>,
  ...[{ phone }, options]: Parameters<NewLeadPort['findLeads']>
): ReturnType<NewLeadPort['findLeads']> {
  const path = { route: '/leads/search', query: { q: searchable(phone), limit: PAGE } }
  const { leads } = await http.get(path, LeadPage, { purpose: 'reconcile', ...options })
  const listed = leads.map(lead => present({ leadId: lead.leadId, phone: lead.phone, createdAt: lead.createdAt }))
  return { leads: listed, isWhole: leads.length < PAGE }
}

/** How a number is searched for: its digits are found however the vendor's search splits the text. */
export function searchable(phone: string): string {
  return phone.replace(/\D/g, '')
}
