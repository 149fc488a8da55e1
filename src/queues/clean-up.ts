import { z } from 'zod'
import { defineJob } from './define-job.ts'

export const cleanUp = defineJob({ name: 'clean-up', payload: z.object({}), id: () => 'clean-up' })
