import type { Http } from './http.ts'
import { LeadPage } from './leadsail-shapes.ts'
import type { ListedLead, NewLeadPort } from './ports.ts'

/** LeadSail's own limit for one page of `GET /leads`. */
const PAGE = 100

/** One number has a handful of leads; a list that goes on after so many pages was not searched by it. */
const MAX_PAGES = 5

/**
 * `GET /leads?search=&campaignIds=`, page by page; each takes its own leave from the budget. A page that could come after
 * these and was not read makes the list one that is not whole: what it does not show may still be there.
 */
export async function findLeads(
  http: Pick<Http, 'get'>,
  ...[{ campaignId, phone }, { signal } = {}]: Parameters<NewLeadPort['findLeads']>
): ReturnType<NewLeadPort['findLeads']> {
  const leads: ListedLead[] = []
  const read = new Set<string>()
  let cursor: string | undefined
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const path = { route: '/leads', query: { search: phone, campaignIds: campaignId, limit: PAGE, cursor } }
    const { data } = await http.get(path, LeadPage, {
      purpose: 'reconcile',
      ...(signal === undefined ? {} : { signal }),
    })
    leads.push(...data.leads)
    const { nextCursor, hasMore = nextCursor !== undefined } = data
    if (!hasMore) return { leads, isWhole: true }
    // The cursor is the id of the last lead, whether it is said or not.
    cursor = nextCursor ?? data.leads.at(-1)?.leadId
    if (cursor === undefined || read.has(cursor)) break
    read.add(cursor)
  }
  return { leads, isWhole: false }
}
