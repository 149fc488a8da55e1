import { z } from 'zod'
import { defineJob } from './define-job.ts'

export const sealAnew = defineJob({ name: 'seal-anew', payload: z.object({}), id: () => 'seal-anew' })
