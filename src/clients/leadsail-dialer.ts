import { z } from 'zod'
import { Id, Instant } from './fields.ts'
import type { HandedOver } from './ports.ts'
import { scrub } from './scrub.ts'

/** LeadSail's own limit for one hand-over (`POST /leads/send-to-auto-dialer`). */
export const MAX_HANDOVER = 200

const Reason = z.union([z.string(), z.object({ message: z.string() }).transform(error => error.message)]).catch('')
const Lead = z.union([Id, z.object({ leadId: Id }).transform(lead => lead.leadId)])

/**
 * The answer to handing over `leadIds`. The reference does not say whether `succeeded` holds ids or their number: a number
 * is taken when it agrees with the list of the failed, and an answer that leaves open what became of a lead does not fit.
 */
export function handedOverFrom(leadIds: readonly string[]) {
  return z
    .object({
      succeeded: z.union([z.array(Lead), z.number()]).optional(),
      failed: z.array(z.object({ leadId: Id, error: Reason })).optional(),
      details: z.array(z.object({ leadId: Id, nextCallTime: Instant })).catch([]),
    })
    .transform(({ succeeded, failed = [], details }, context): HandedOver => {
      const refused = new Set(failed.map(({ leadId }) => leadId))
      const rest = leadIds.filter(leadId => !refused.has(leadId))
      const taken = Array.isArray(succeeded) ? succeeded : rest
      const known = new Set([...taken, ...refused])
      const agrees = Array.isArray(succeeded)
        ? leadIds.every(leadId => known.has(leadId))
        : (succeeded ?? 0) === rest.length
      if (!agrees) context.addIssue({ code: 'custom', path: ['succeeded'] })
      return {
        succeeded: taken,
        failed: failed.map(({ leadId, error }) => ({ leadId, error: scrub(error) })),
        details: details.map(({ leadId, nextCallTime }) => ({
          leadId,
          ...(isDate(nextCallTime) ? { nextCallAt: nextCallTime } : {}),
        })),
      }
    })
}

/** An instant that has a date: a number may be anything. */
function isDate(at: number | undefined): at is number {
  return at !== undefined && !Number.isNaN(new Date(at).getTime())
}
