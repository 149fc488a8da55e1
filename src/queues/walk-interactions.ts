import { defineJob } from './define-job.ts'
import { StepPayload } from './step-payload.ts'

export const walkInteractions = defineJob({
  name: 'walk-interactions',
  payload: StepPayload,
  id: ({ journeyId, ref }) => `${journeyId}.walk.${ref}`,
})
