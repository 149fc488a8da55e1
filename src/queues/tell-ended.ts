import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const tellEnded = defineJob({
  name: 'tell-ended',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.tell.${ref}`,
})
