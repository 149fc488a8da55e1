import { z } from 'zod'
import { defineJob } from './define-job.ts'

export const canary = defineJob({ name: 'canary', payload: z.object({}), id: () => 'canary' })
