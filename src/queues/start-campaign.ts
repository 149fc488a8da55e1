import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** Made by the schedule of a campaign whose file says `start.cron`. */
export const startCampaign = defineJob({
  name: 'start-campaign',
  payload: z.object({ campaign: z.string().min(1) }),
  id: ({ campaign }) => `start.${campaign}`,
})
