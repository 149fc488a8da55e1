import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** Erases a lead that somebody has asked for; whom, the ledger knows. */
export const eraseLead = defineJob({
  name: 'erase-lead',
  payload: z.object({ erasureId: z.string().min(1) }),
  id: ({ erasureId }) => erasureId,
})
