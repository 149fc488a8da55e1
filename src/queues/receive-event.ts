import { z } from 'zod'
import { defineJob } from './define-job.ts'

export const receiveEvent = defineJob({
  name: 'receive-event',
  payload: z.object({ eventId: z.string().min(1) }),
  id: ({ eventId }) => eventId,
  bundle: 50,
})
