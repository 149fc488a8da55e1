import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** LeadSail takes at most so many leads in one request (`POST /leads/send-to-auto-dialer`). */
export const MAX_CHUNK = 200

/** Hands the leads of one campaign's journeys over to the vendor's own dialer, in one request. */
export const handOver = defineJob({
  name: 'hand-over',
  payload: z.object({ campaign: z.string().min(1), journeyIds: z.array(z.string().min(1)).min(1).max(MAX_CHUNK) }),
  // A journey is in one chunk at a time; the same chunk put on the queue twice is one job.
  id: ({ campaign, journeyIds }) => `${campaign}.handover.${journeyIds[0]}`,
})
