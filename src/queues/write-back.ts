import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const writeBack = defineJob({
  name: 'write-back',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.write.${ref}`,
})
