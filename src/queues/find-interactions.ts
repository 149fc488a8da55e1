import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** Made by a schedule for each provider whose interactions may begin without us. */
export const findInteractions = defineJob({
  name: 'find-interactions',
  payload: z.object({ provider: z.string().min(1) }),
  id: ({ provider }) => `find.${provider}`,
})
