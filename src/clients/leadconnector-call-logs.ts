import type { z } from 'zod'
import type { Requests } from './leadconnector-requests.ts'
import { CallLogPage } from './leadconnector-shapes.ts'
import type { FindingPort, Interaction, RequestOptions, VoicePort } from './ports.ts'

/** LeadConnector's own limit for one page of call logs. */
const PAGE = 50

/** A contact with more calls than these pages hold is no lead; the newest stand in front. */
const MAX_PAGES = 10

/** A cursor is a page's number. */
const CURSOR = /^[1-9]\d{0,5}$/

/**
 * `GET /voice-ai/dashboard/call-logs`, for one contact or by time. Their outcomes come from the logs alone: the messages
 * behind them would cost a request each.
 * https://github.com/GoHighLevel/highlevel-api-docs/blob/main/apps/voice-ai.json
 */
export function createCallLogs(
  http: Pick<Requests, 'get'>,
  locationId: string,
): Pick<VoicePort, 'listInteractions'> & FindingPort {
  function read(query: Record<string, string | number>, options: RequestOptions, purpose: 'poll' | 'reconcile') {
    const path = { route: '/voice-ai/dashboard/call-logs', query: { locationId, ...query, pageSize: PAGE } }
    return http.get(path, CallLogPage, { purpose, ...options })
  }

  return {
    async listInteractions(leadId, { signal, permit } = {}) {
      const found = new Map<string, Interaction>()
      const options = signal === undefined ? {} : { signal }
      for (let page = 1; page <= MAX_PAGES; page += 1) {
        const query = { contactId: leadId, sortBy: 'createdAt', sort: 'descend', page }
        const leave = page > 1 || permit === undefined ? {} : { permit }
        const answer = await read(query, { ...options, ...leave }, 'reconcile')
        // A call that ended meanwhile moves the others down: what was on the last page comes again on this one.
        for (const call of answer.callLogs) found.set(call.interactionId, call)
        if (isLast(answer, page)) break
      }
      // Were the filter not heeded, others' calls must not be taken for this lead's.
      return [...found.values()].filter(call => call.leadId === undefined || call.leadId === leadId)
    },

    async listFound({ since, until, cursor = '1' }, { signal, permit } = {}) {
      if (!CURSOR.test(cursor)) throw new RangeError('The cursor is none of these pages')
      const page = Number(cursor)
      const range = { startDate: since, endDate: Math.max(until, since + 1) }
      const options = { ...(signal === undefined ? {} : { signal }), ...(permit === undefined ? {} : { permit }) }
      const answer = await read({ ...range, sortBy: 'createdAt', sort: 'ascend', page }, options, 'poll')
      const { callLogs: interactions } = answer
      return isLast(answer, page) ? { interactions } : { interactions, nextCursor: String(page + 1) }
    },
  }
}

/** Whether nothing comes after this page. Without a total a page that is not full was the last. */
function isLast({ total, pageSize = PAGE, callLogs }: z.output<typeof CallLogPage>, page: number): boolean {
  if (callLogs.length === 0) return true
  // The vendor says how long its pages are: they may be shorter than what was asked for.
  return total === undefined ? callLogs.length < pageSize : (page - 1) * pageSize + callLogs.length >= total
}
