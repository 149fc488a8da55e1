import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const readExtracted = defineJob({
  name: 'read-extracted',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.read.${ref}`,
})
