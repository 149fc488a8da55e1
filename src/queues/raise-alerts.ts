import { z } from 'zod'
import { defineJob } from './define-job.ts'

/** Looks for what somebody should be told of. */
export const raiseAlerts = defineJob({ name: 'raise-alerts', payload: z.object({}), id: () => 'raise-alerts' })
