import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** Passes a delivery on as it came. */
export const forwardDelivery = defineJob({
  name: 'forward-delivery',
  payload: z.object({ eventId: z.string().min(1) }),
  id: ({ eventId }) => eventId,
})
