import { z } from 'zod'
import { type CallRecord, showLog } from './call-log.ts'
import { type ActionType, actionTypes } from './control.ts'

/** The vendor's own limit. */
const MAX_PAGE = 50

const list = z.string().transform(text => text.split(',').map(part => part.trim()))

/** The parameters of `GET /voice-ai/dashboard/call-logs`; unknown ones are ignored. */
export const ListQuery = z
  .object({
    locationId: z.string().min(1),
    agentId: z.string().optional(),
    contactId: list.optional(),
    callType: z.enum(['LIVE', 'TRIAL']).optional(),
    startDate: z.coerce.number().optional(),
    endDate: z.coerce.number().optional(),
    actionType: list.pipe(z.array(z.enum(actionTypes))).optional(),
    sortBy: z.enum(['duration', 'createdAt']).optional(),
    sort: z.enum(['ascend', 'descend']).optional(),
    page: z.coerce.number().int().min(1).default(1),
    pageSize: z.coerce.number().int().min(1).max(MAX_PAGE).default(10),
  })
  .refine(({ startDate, endDate }) => (startDate === undefined) === (endDate === undefined), {
    path: ['startDate'],
    message: 'and endDate must be provided together',
  })
  .refine(({ startDate = 0, endDate = 1 }) => startDate < endDate, {
    path: ['startDate'],
    message: 'must be less than endDate',
  })
type ListQuery = z.output<typeof ListQuery>

/** One page of the logs that fit; newest first unless it is asked for otherwise. */
export function pageOf(logs: readonly CallRecord[], query: ListQuery): Record<string, unknown> {
  const { page, pageSize, sortBy, sort } = query
  const found = logs.filter(call => isWanted(call, query))
  const value = (call: CallRecord) => (sortBy === 'duration' ? call.lengthMs : call.createdAt)
  const sign = sortBy !== undefined && sort === 'ascend' ? 1 : -1
  const sorted = found.toSorted((one, other) => sign * (value(one) - value(other)))
  const callLogs = sorted.slice((page - 1) * pageSize, page * pageSize).map(showLog)
  return { total: found.length, page, pageSize, callLogs }
}

function isWanted(call: CallRecord, query: ListQuery): boolean {
  const { agentId, contactId, callType, startDate = 0, endDate = Number.POSITIVE_INFINITY, actionType } = query
  return (
    (agentId === undefined || call.agentId === agentId) &&
    (contactId === undefined || contactId.includes(call.contactId)) &&
    (callType === undefined || call.trial === (callType === 'TRIAL')) &&
    call.createdAt >= startDate &&
    call.createdAt <= endDate &&
    (actionType === undefined || call.actions.some((type: ActionType) => actionType.includes(type)))
  )
}
